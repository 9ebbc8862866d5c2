// Package names gives the vocabularies of package ccr names for people, in
// Chinese and in English.
//
// The names are for reading and may be reworded in any release. What is stored
// or compared is the vocabulary's own word, such as "goods.size".
package names

import (
	"github.com/ccrkit/ccrkit/ccr"
	"golang.org/x/text/language"
)

// Names are the names in one language. They are immutable and may be shared by
// goroutines. Get them from [For]; the zero Names knows none.
//
// A word that has no name, such as an aspect of the caller's own, is returned
// as it is.
type Names struct {
	_ [0]func()

	aspects    map[ccr.Aspect]string
	dimensions map[string]string
	channels   map[ccr.Channel]string
	polarities map[ccr.Polarity]string
	reasons    map[ccr.Reason]string
	grounds    map[ccr.Ground]string
}

// For returns the names in the best of the preferred languages, in order of
// preference: Chinese, whatever its script or region, or English. They are in
// English when it is neither, or nothing is preferred.
//
// Each call makes a language matcher, which costs some microseconds: keep the
// result.
func For(preferred ...language.Tag) *Names {
	// The matcher falls back to the first. Chinese alone means simplified, from
	// which it takes traditional Chinese to be far.
	supported := []language.Tag{language.English, language.Chinese, language.TraditionalChinese}
	if _, i, _ := language.NewMatcher(supported).Match(preferred...); i > 0 {
		return &chinese
	}
	return &english
}

// Aspect returns the name of a, such as "尺码大小" or "Size and fit".
func (n *Names) Aspect(a ccr.Aspect) string { return lookup(n.aspects, a, string(a)) }

// Dimension returns the name of a dimension, as [ccr.Aspect.Dimension] gives
// it, such as "商家服务" or "Service".
func (n *Names) Dimension(d string) string { return lookup(n.dimensions, d, d) }

// Channel returns the name of c, such as "售后" or "After-sale".
func (n *Names) Channel(c ccr.Channel) string { return lookup(n.channels, c, c.String()) }

// Polarity returns the name of p, such as "正面" or "Positive".
func (n *Names) Polarity(p ccr.Polarity) string { return lookup(n.polarities, p, p.String()) }

// Reason returns the name of r, such as "订单未支付" or "Order not paid". The
// empty Reason has no name.
func (n *Names) Reason(r ccr.Reason) string { return lookup(n.reasons, r, string(r)) }

// Ground returns the name of g, such as "事后已解决" or "Resolved". The empty
// Ground has no name.
func (n *Names) Ground(g ccr.Ground) string { return lookup(n.grounds, g, string(g)) }

func lookup[K comparable](names map[K]string, k K, word string) string {
	if name, ok := names[k]; ok {
		return name
	}
	return word
}
