package names

import (
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

var english = Names{
	aspects: map[ccr.Aspect]string{
		ccr.GoodsQuality:      "Quality",
		ccr.GoodsDescription:  "As described",
		ccr.GoodsSize:         "Size and fit",
		ccr.GoodsAppearance:   "Appearance",
		ccr.GoodsTaste:        "Taste",
		ccr.GoodsFreshness:    "Freshness",
		ccr.GoodsSmell:        "Smell",
		ccr.GoodsEffect:       "Effect and use",
		ccr.GoodsAuthenticity: "Authenticity",
		ccr.GoodsQuantity:     "Quantity",
		ccr.GoodsWrongItem:    "Wrong item",
		ccr.GoodsDamage:       "Damage on arrival",
		ccr.GoodsPackaging:    "Packaging",
		ccr.GoodsPrice:        "Price and value",
		ccr.GoodsSafety:       "Safety and hygiene",
		ccr.GoodsLabel:        "Label and manual",

		ccr.ServiceAttitude:   "Staff attitude",
		ccr.ServiceResponse:   "Speed of answers",
		ccr.ServiceAfterSales: "After-sale handling",
		ccr.ServicePromise:    "Promises and gifts",

		ccr.LogisticsDispatch: "Dispatch",
		ccr.LogisticsSpeed:    "Delivery time",
		ccr.LogisticsLoss:     "Lost or falsely signed for",
		ccr.LogisticsCourier:  "Courier",

		ccr.Overall: "Overall",
	},
	dimensions: map[string]string{
		"goods":     "Goods",
		"service":   "Service",
		"logistics": "Logistics",
		"overall":   "Overall",
	},
	channels: map[ccr.Channel]string{
		ccr.ChannelUnknown:   "Unknown channel",
		ccr.ChannelReview:    "Review",
		ccr.ChannelAfterSale: "After-sale",
		ccr.ChannelComplaint: "Complaint",
		ccr.ChannelInquiry:   "Inquiry",
	},
	polarities: map[ccr.Polarity]string{
		ccr.Unknown:  "Unknown",
		ccr.Negative: "Negative",
		ccr.Neutral:  "Neutral",
		ccr.Positive: "Positive",
		ccr.Mixed:    "Mixed",
	},
	reasons: map[ccr.Reason]string{
		ccr.ReasonNoOrder:          "No such order",
		ccr.ReasonUnpaid:           "Order not paid",
		ccr.ReasonAbnormalOrder:    "Abnormal order",
		ccr.ReasonOutsideWindow:    "Paid outside the period",
		ccr.ReasonAbnormalFeedback: "Abnormal feedback",
		ccr.ReasonNotBuyer:         "Not written by the buyer",
		ccr.ReasonDuplicate:        "Duplicate",
		ccr.ReasonEdited:           "Later than the first feedback",
		ccr.ReasonTooLate:          "Too long after payment",
		ccr.ReasonNotRead:          "Could not be read",
		ccr.ReasonComplaint:        "Complaint upheld",
		ccr.ReasonNegativeOpinion:  "Negative opinion",
		ccr.ReasonAfterSale:        "Merchant's fault by after-sale reason",
		ccr.ReasonReviewer:         "Reviewer's decision",
		ccr.ReasonNoComplaint:      "No complaint",
		ccr.ReasonBuyerCause:       "Buyer's own reason",

		screen.ReasonNoPurchase:   "No purchase",
		screen.ReasonCopiedText:   "Copied text",
		screen.ReasonBuyerBurst:   "Burst of one account",
		screen.ReasonProductBurst: "Burst on one product",
		screen.ReasonBrushing:     "Brushing",
	},
	grounds: map[ccr.Ground]string{
		ccr.GroundDefect:      "A real shortcoming",
		ccr.GroundMild:        "A mild reservation",
		ccr.GroundPraise:      "Praise",
		ccr.GroundAdvertised:  "As advertised",
		ccr.GroundBuyer:       "Buyer's own reason",
		ccr.GroundResolved:    "Resolved",
		ccr.GroundQuestion:    "Question or request",
		ccr.GroundHypothesis:  "Hypothetical",
		ccr.GroundReversed:    "A fear that did not come true",
		ccr.GroundElsewhere:   "About something else",
		ccr.GroundNoStatement: "No evaluation",
		ccr.GroundRating:      "Stars alone",
		ccr.GroundUndecided:   "Undecided, for a person to read",
		ccr.GroundNotRead:     "Could not be read",
	},
}
