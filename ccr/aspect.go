package ccr

import "strings"

// An Aspect names what an opinion is about, as "dimension.aspect", for
// example "goods.size". Once released an aspect is never renamed. Aspects
// outside the constants are allowed: they are a caller's own.
type Aspect string

// The aspects of an order. Package names gives them names for people.
const (
	GoodsQuality      Aspect = "goods.quality"      // workmanship, performance, durability
	GoodsDescription  Aspect = "goods.description"  // unlike its description or picture
	GoodsSize         Aspect = "goods.size"         // size and fit
	GoodsAppearance   Aspect = "goods.appearance"   // look, colour, style
	GoodsTaste        Aspect = "goods.taste"        // taste and texture
	GoodsFreshness    Aspect = "goods.freshness"    // freshness, rot, expiry
	GoodsSmell        Aspect = "goods.smell"        // smell
	GoodsEffect       Aspect = "goods.effect"       // what it does, how it is to use
	GoodsAuthenticity Aspect = "goods.authenticity" // genuine or fake
	GoodsQuantity     Aspect = "goods.quantity"     // pieces missing, weight, portion
	GoodsWrongItem    Aspect = "goods.wrong_item"   // another item, colour or size was sent
	GoodsDamage       Aspect = "goods.damage"       // broken, leaking or crushed on arrival
	GoodsPackaging    Aspect = "goods.packaging"    // packaging
	GoodsPrice        Aspect = "goods.price"        // price and value
	GoodsSafety       Aspect = "goods.safety"       // allergy, foreign matter, danger, hygiene
	GoodsLabel        Aspect = "goods.label"        // label, manual, date marks

	ServiceAttitude   Aspect = "service.attitude"   // manner of the merchant's staff
	ServiceResponse   Aspect = "service.response"   // speed of answers
	ServiceAfterSales Aspect = "service.aftersales" // return, refund, compensation, warranty
	ServicePromise    Aspect = "service.promise"    // promises, gifts, induced reviews

	LogisticsDispatch Aspect = "logistics.dispatch" // time until it is sent
	LogisticsSpeed    Aspect = "logistics.speed"    // time on the way
	LogisticsLoss     Aspect = "logistics.loss"     // lost, or signed for falsely
	LogisticsCourier  Aspect = "logistics.courier"  // the courier's manner and care

	Overall Aspect = "overall" // the purchase as a whole
)

var aspects = [...]Aspect{
	GoodsQuality, GoodsDescription, GoodsSize, GoodsAppearance, GoodsTaste, GoodsFreshness, GoodsSmell,
	GoodsEffect, GoodsAuthenticity, GoodsQuantity, GoodsWrongItem, GoodsDamage, GoodsPackaging,
	GoodsPrice, GoodsSafety, GoodsLabel,
	ServiceAttitude, ServiceResponse, ServiceAfterSales, ServicePromise,
	LogisticsDispatch, LogisticsSpeed, LogisticsLoss, LogisticsCourier,
	Overall,
}

// Aspects returns the 25 aspects in the order of their declaration. The
// slice is the caller's.
func Aspects() []Aspect {
	all := aspects
	return all[:]
}

// Dimension returns the part before the dot: "goods", "service" or
// "logistics" for the aspects of this package. An aspect without a dot is its
// own dimension.
func (a Aspect) Dimension() string {
	d, _, _ := strings.Cut(string(a), ".")
	return d
}

// Known reports whether a is one of [Aspects].
func (a Aspect) Known() bool {
	for _, k := range aspects {
		if a == k {
			return true
		}
	}
	return false
}
