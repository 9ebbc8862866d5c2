-- The CCR by the stars, from the same files, without this module's code:
--   sqlite3 -cmd '.mode csv' -cmd '.import orders.csv orders' -cmd '.import feedback.csv feedback' :memory: < ccr.sql
-- An order is effective when it is paid and not abnormal; the first review by
-- its buyer decides; one or two stars are negative.
.mode list
.separator " "
CREATE TEMP TABLE first AS
SELECT order_id, rating FROM (
  SELECT f.*, row_number() OVER (PARTITION BY order_id ORDER BY created_at = '', created_at, feedback_id) AS n
  FROM feedback f JOIN orders o USING (order_id)
  WHERE coalesce(f.abnormal, '') = '' AND (f.buyer_id = '' OR o.buyer_id = '' OR f.buyer_id = o.buyer_id)) WHERE n = 1;
CREATE TEMP TABLE verdict AS
SELECT o.*, coalesce(f.rating, '') IN ('1', '2') AS negative
FROM orders o LEFT JOIN first f USING (order_id)
WHERE o.paid_at <> '' AND o.abnormal = '';
SELECT 'ccr', '', sum(negative), count(*) FROM verdict;
SELECT 'product', product_id, sum(negative), count(*) FROM verdict GROUP BY product_id ORDER BY product_id;
SELECT 'region', region, sum(negative), count(*) FROM verdict GROUP BY region ORDER BY region;
SELECT 'service_group', service_group, sum(negative), count(*) FROM verdict GROUP BY service_group ORDER BY service_group;
