// Report says what an operator of a shop asks every morning: what the CCR is and
// will be, what is behind it, what to mend first, what to appeal against, whom to
// call.
//
//	go run ./examples/report                       # the sample shop
//	go run ./examples/report -orders O.csv -feedback F.csv -format html -o report.html
//	go run ./examples/report … -appeals appeals.csv            # decide in the table, and then
//	go run ./examples/report … -overrides appeals.csv          # count with the decisions
//	go run ./examples/report … -sample labels.csv              # decide in the table, and then
//	go run ./examples/report … -audit labels.csv               # the CCR corrected by the decisions
//	go run ./examples/report … -alert-state alerts.json        # daily: says what is new
//
// Files are CSV, or JSON Lines when their name ends in .jsonl or .json. They are
// read twice: first for what only many records show (copied texts, bursts,
// brushing, the last day), then case by case. A line that cannot be used is named
// on standard error and counted in the report; everything else is still counted.
// The exit status is 0 then too: it is 1 when no report could be made, and 2 for
// a call that cannot be understood.
//
// The JSON form has, with shares in [0, 1] that are null for 0 of 0 and 95%
// Wilson intervals:
//
//	as_of                    the report knows what happened before this day; decides nothing about ccr
//	policy, classifier       by which ccr was counted
//	expected_shares          of complaints, by channel, that the classifier was told; null when it was not
//	feedback, overrides      how many were read, and how many reviewers decided
//	ccr, quality_return      num, den, rate, low, high; quality_return_rule says, for people, of what
//	corrected                the ccr that reviewers would find in these very orders, null without -audit:
//	                         rate (null when labels do not determine it), low, high (no Wilson interval);
//	                         labels: orders that they decided, of orders; pending: orders of the sample
//	                         that they skipped, which should be 0; labels_to_halve: so many more make the
//	                         interval half as wide, null when none do; by_product: key, name, found (by
//	                         the classifier), rate, low, high, labels, orders
//	nowcast                  observed: the ccr of what was heard; final: rate, interval, completeness, or null
//	trend                    the last 26 weeks of payment: from (a Monday), observed, final
//	other_policy, other_ccr  the other policy, and the ccr by it
//	disagreements            the orders that only one of them counts
//	channels, problems       negative orders by channel and by aspect; an order may be in several
//	by                       breakdowns: key, num, den, rate, low, high, shrunken (which sorts them)
//	product_region           products, regions, ccr by product, then region
//	answered_within_3_minutes  num, den, rate, low, high of inquiries; unanswered: how many never were
//	paid_to_pickup_hours     n, median, p90, or null; pickup_to_delivery_hours likewise
//	transit_by_carrier_region  the slowest routes: key, orders, median_hours
//	orders_signed_for_within_an_hour  of payment, which no parcel is
//	alerts                   figure (ccr, returns, quality_return), news, and the members of alert.Alert
//	dossiers                 by product, carrier_region and service_group: those that are worse, as action.Dossier
//	shift                    two periods, and the parts of their difference, as action.Shift
//	consequences             as action.Consequence
//	appeals, hidden          orders, sure (by 0.9 or more), top (action.Finding), file (of all appeals)
//	follow_up                as action.Contact
//	screens                  marked orders and feedback by reason, and the largest groups
//	excluded_orders          orders left out, by reason
//	excluded_feedback        feedback left out, by reason, that of left out orders too
//	excluded                 both in one: orders where the reason is an order's, else feedback
//	negatives                the verdicts behind every negative order, with -explain
//	errors, error_count      lines that could not be used
//
// Lists that end in a ranking are cut off after -top; disagreements are not.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"github.com/ccrkit/ccrkit/action/paper"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	debug.SetGCPercent(30)       // memory is scarcer than time when a shop is large
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parseFlags(args, stderr)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		if !errors.Is(err, errFlags) {
			fmt.Fprintln(stderr, "report:", err)
		}
		return 2
	}
	if closer, ok := s.classifier.(io.Closer); ok {
		defer closer.Close()
	}
	r, err := s.compute(ctx, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "report:", err)
		return 1
	}
	d, err := r.document()
	if err == nil {
		err = errors.Join(r.writeAppeals(d), r.writeSample(), s.write(d, stdout))
	}
	if err == nil {
		err = r.writeAlerts() // last: what was not reported is still news the next time
	}
	if err != nil {
		fmt.Fprintln(stderr, "report:", err)
		return 1
	}
	return 0
}

// write writes the report in the chosen format to the chosen place.
func (s *settings) write(d *document, stdout io.Writer) error {
	if s.out == "" {
		return s.writeTo(d, stdout)
	}
	return create(s.out, func(w io.Writer) error { return s.writeTo(d, w) })
}

func (s *settings) writeTo(d *document, w io.Writer) error {
	b := bufio.NewWriter(w)
	var err error
	switch s.format {
	case "json":
		err = d.writeJSON(b)
	case "html":
		err = d.writeHTML(b, s.words)
	default:
		err = d.writeText(b, s.words)
	}
	return errors.Join(err, b.Flush())
}

// writeAppeals writes all that can be appealed against, and the complaints that
// good stars hide on a page.
func (r *report) writeAppeals(d *document) error {
	if r.s.appeals == "" {
		return nil
	}
	write, err := r.s.appealsWriter()
	if err != nil {
		return err
	}
	return create(r.s.appeals, func(w io.Writer) error {
		return write(w, &paper.Page{Appeals: r.appeals.Findings(), Hidden: r.hidden.Findings(), Consequences: d.Consequences})
	})
}

// appealsWriter chooses the form of the appeals by the name of their file.
func (s *settings) appealsWriter() (func(io.Writer, *paper.Page) error, error) {
	options := &paper.Options{Language: s.words.tag}
	switch filepath.Ext(s.appeals) {
	case ".csv":
		return func(w io.Writer, p *paper.Page) error { return paper.WriteCSV(w, p.Appeals, options) }, nil
	case ".html":
		return func(w io.Writer, p *paper.Page) error { return paper.WriteHTML(w, p, options) }, nil
	case ".json":
		return func(w io.Writer, p *paper.Page) error { return json.NewEncoder(w).Encode(p.Appeals) }, nil
	}
	return nil, fmt.Errorf("-appeals: %q does not end in .csv, .html or .json", s.appeals)
}

// create makes a file of what write writes.
func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
