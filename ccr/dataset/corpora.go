package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// ReadLabeledCSV returns an iterator over the labelled examples of a CSV file.
// It yields errors and follows the rules of format as [ReadOrdersCSV] does.
//
// The columns are those of [ReadFeedbackCSV], of which text alone must be
// there, and complaint and polarity, of which one must. A complaint is true or
// false, as in [ReadOverrides], or a probability. A polarity is negative,
// neutral, positive, mixed or 负面, 中性, 正面; or it is 1 for positive and 0 for
// negative: a file with another code gives wrong labels. A row without a
// complaint is a Labeled with ComplaintUnknown; one without either label is an
// error.
//
// The further headers review, label (a polarity) and cat (the product) make it
// read the collections of github.com/SophonPlus/ChineseNlpCorpus as they are:
// ChnSentiCorp_htl_all and waimai_10k ("label,review") and
// online_shopping_10_cats ("cat,label,review"). Where label is a complaint, say
// so by [Options.Columns].
func ReadLabeledCSV(r io.Reader, opts *Options) iter.Seq2[ccr.Labeled, error] {
	blank := ccr.Labeled{Feedback: ccr.Feedback{Channel: ccr.ChannelReview}, ComplaintUnknown: true}
	return readCSV(r, opts, labeledFields(), blank, func(l *ccr.Labeled, at ccr.Source) error {
		if l.ComplaintUnknown && l.Assessment.Polarity == ccr.Unknown {
			return errUnlabeled
		}
		return checkFeedback(&l.Feedback, at)
	})
}

// labeledFields returns the fields of a feedback, and the labels.
func labeledFields() []field[ccr.Labeled] {
	fields := []field[ccr.Labeled]{
		{
			name: "complaint", label: true, at: func(l *ccr.Labeled) any { return (*complaintCell)(l) },
			headers: []string{"负反馈", "是否负反馈"},
		},
		{
			name: "polarity", label: true, at: func(l *ccr.Labeled) any { return (*polarityCell)(&l.Assessment.Polarity) },
			headers: []string{"label", "情感倾向"},
		},
	}
	for _, f := range feedbackFields {
		switch f.name {
		case "text":
			f.headers = append([]string{"review", "评论", "评论内容"}, f.headers...)
		case "product":
			f.headers = append([]string{"cat"}, f.headers...)
		}
		fields = append(fields, field[ccr.Labeled]{
			name: f.name, kind: f.kind, headers: f.headers, required: f.name == "text",
			at: func(l *ccr.Labeled) any { return f.at(&l.Feedback) },
		})
	}
	return fields
}

// A complaintCell is a Labeled whose complaint is read from a cell.
type complaintCell ccr.Labeled

func (c *complaintCell) set(b []byte) (err error) {
	switch yes, _ := yesNo(b); yes {
	case choiceYes:
		c.Assessment.Complaint = 1
	case choiceNone:
		c.Assessment.Complaint, err = probability(b)
	}
	c.ComplaintUnknown = false
	return err
}

// A polarityCell is a polarity that is read from a cell.
type polarityCell ccr.Polarity

func (p *polarityCell) set(b []byte) error {
	switch string(b) {
	case "0", "负面":
		*p = polarityCell(ccr.Negative)
	case "1", "正面":
		*p = polarityCell(ccr.Positive)
	case "中性":
		*p = polarityCell(ccr.Neutral)
	default:
		if (*ccr.Polarity)(p).UnmarshalText(b) != nil {
			return fmt.Errorf("%s is neither 1 (positive) nor 0 (negative) nor a polarity", quote(b))
		}
	}
	return nil
}

// The tags of examples of [ReadASAP] and [ReadZhijiang].
const (
	StarTag    = "star"    // the star rating, "1" to "5", where it is a label
	NeutralTag = "neutral" // the aspects on which the text is neutral, separated by spaces
)

// addNeutral adds to the tag the aspect of a neutral opinion. There is no
// [ccr.Opinion] of that sort: it would be a merit or a shortcoming missed.
func addNeutral(l *ccr.Labeled, a ccr.Aspect) {
	if slices.Contains(strings.Fields(l.Tags[NeutralTag]), string(a)) {
		return
	}
	if l.Tags == nil {
		l.Tags = make(map[string]string)
	}
	l.Tags[NeutralTag] = strings.TrimSpace(l.Tags[NeutralTag] + " " + string(a))
}

// ReadASAP returns an iterator over the restaurant reviews of ASAP (Bu et al.,
// ASAP: A Chinese Review Dataset Towards Aspect Category Sentiment Analysis and
// Rating Prediction, NAACL 2021; github.com/Meituan-Dianping/asap). It yields
// errors and follows the rules of format as [ReadOrdersCSV] does.
//
// The columns are id, review, star and the 18 aspects, from
// Location#Transportation to Food#Recommend, all of which must be there. An
// aspect cell of 1 or -1 is an opinion of that aspect, under its own name and
// without evidence, 0 is named in the tag [NeutralTag], -2 is no mention.
//
// Stars are what is to be predicted, so they are not the feedback's Rating, by
// which a classifier could know them, but the tag [StarTag]: with 1 or 2 the
// polarity is Negative, with 4 or 5 Positive, with 3 Unknown. The complaint is
// unknown.
func ReadASAP(r io.Reader, opts *Options) iter.Seq2[ccr.Labeled, error] {
	rows := readCSV(r, opts, asapFields(), asapRow{}, checkASAP)
	return func(yield func(ccr.Labeled, error) bool) {
		for row, err := range rows {
			if !yield(row.Labeled, err) {
				return
			}
		}
	}
}

var asapAspects = [...]ccr.Aspect{
	"Location#Transportation", "Location#Downtown", "Location#Easy_to_find",
	"Service#Queue", "Service#Hospitality", "Service#Parking", "Service#Timely",
	"Price#Level", "Price#Cost_effective", "Price#Discount",
	"Ambience#Decoration", "Ambience#Noise", "Ambience#Space", "Ambience#Sanitary",
	"Food#Portion", "Food#Taste", "Food#Appearance", "Food#Recommend",
}

// An asapRow is a Labeled that is being read.
type asapRow struct {
	ccr.Labeled
	star  int
	signs [len(asapAspects)]asapSign
}

// An asapSign is what a review says about an aspect; "" when that is missing.
type asapSign string

func (s *asapSign) set(b []byte) error {
	switch *s = asapSign(b); *s {
	case "1", "0", "-1", "-2":
		return nil
	}
	return fmt.Errorf("%s is none of 1, 0, -1, -2", quote(b))
}

func asapFields() []field[asapRow] {
	fields := []field[asapRow]{
		{name: "feedback_id", required: true, at: func(r *asapRow) any { return &r.Feedback.ID }, headers: []string{"id"}},
		{name: "text", required: true, kind: verbatim, at: func(r *asapRow) any { return &r.Feedback.Text }, headers: []string{"review"}},
		{name: "rating", required: true, at: func(r *asapRow) any { return &r.star }, headers: []string{"star"}},
	}
	for i, a := range asapAspects {
		fields = append(fields, field[asapRow]{name: string(a), required: true, at: func(r *asapRow) any { return &r.signs[i] }})
	}
	return fields
}

func checkASAP(r *asapRow, at ccr.Source) error {
	if r.star == 0 {
		return &ccr.FieldError{Field: "rating", Err: errMissing}
	}
	l := &r.Labeled
	l.Feedback.Channel, l.Feedback.Source = ccr.ChannelReview, at
	l.ComplaintUnknown = true
	l.Tags = map[string]string{StarTag: strconv.Itoa(r.star)}
	l.Assessment.Polarity = [...]ccr.Polarity{1: ccr.Negative, 2: ccr.Negative, 4: ccr.Positive, 5: ccr.Positive}[r.star]
	for i, a := range asapAspects {
		switch r.signs[i] {
		case "":
			return &ccr.FieldError{Field: string(a), Err: errMissing}
		case "0":
			addNeutral(l, a)
		case "1":
			l.Assessment.Opinions = append(l.Assessment.Opinions, ccr.Opinion{Aspect: a, Polarity: ccr.Positive})
		case "-1":
			l.Assessment.Opinions = append(l.Assessment.Opinions, ccr.Opinion{Aspect: a, Polarity: ccr.Negative})
		}
	}
	return nil
}

// ReadZhijiang returns an iterator over the reviews of the contest on opinion
// mining in e-commerce reviews of 之江杯 2019 (the files are described, and those
// of cosmetics kept, in github.com/xmxoxo/Text-Opinion-Mining). It joins two
// CSV files, each read with options of its own:
//
//	id,Reviews
//	id,AspectTerms,A_start,A_end,OpinionTerms,O_start,O_end,Categories,Polarities
//
// It yields errors and follows the rules of format as [ReadOrdersCSV] does; a
// [*RecordError] names the file it is about.
//
// A label is an opinion whose aspect is the category under its own name (物流).
// Its evidence are the aspect term and the opinion term; "_" is no term.
// Offsets count characters there, from 0, and become byte offsets here; a term
// must be what they hold. A neutral label (中性) is named in the tag
// [NeutralTag]. The polarity of the whole text and the complaint are unknown.
//
// The labels are read first and held in memory. A review is yielded with all of
// its labels or not at all: an error for each that cannot be used stands for
// it, but for a line so broken that it cannot tell its review. A label without
// a review is an error after the last review. If the labels cannot be read to
// their end, no review is yielded.
func ReadZhijiang(reviews, labels io.Reader, reviewsOpts, labelsOpts *Options) iter.Seq2[ccr.Labeled, error] {
	return once(func(yield func(ccr.Labeled, error) bool) {
		var rows []zhijiangLabel
		byID := make(map[string][]int) // indexes in rows
		if !scanCSV(labels, labelsOpts, zhijiangLabels, zhijiangLabel{}, checkZhijiangLabel, func(row zhijiangLabel, err error) bool {
			if err != nil {
				return yield(ccr.Labeled{}, err)
			}
			byID[row.id] = append(byID[row.id], len(rows))
			rows = append(rows, row)
			return true
		}) {
			return
		}
		seen := make(map[string]bool)
		check := func(l *ccr.Labeled, at ccr.Source) error {
			if err := checkZhijiangReview(l, at); err != nil {
				return err
			}
			if seen[l.Feedback.ID] {
				return &ccr.FieldError{Field: "feedback_id", Err: errTwice}
			}
			seen[l.Feedback.ID] = true
			return nil
		}
		if !scanCSV(reviews, reviewsOpts, zhijiangReviews, ccr.Labeled{}, check, func(l ccr.Labeled, err error) bool {
			if err != nil {
				return yield(ccr.Labeled{}, err)
			}
			text, good := newCharacters(l.Feedback.Text), true
			for _, i := range byID[l.Feedback.ID] {
				if err := rows[i].addTo(&l, text); err != nil {
					good = false
					if !yield(ccr.Labeled{}, rows[i].error(err)) {
						return false
					}
				}
			}
			slices.SortStableFunc(l.Assessment.Opinions, func(a, b ccr.Opinion) int {
				return cmp.Compare(a.Evidence[0].Start, b.Evidence[0].Start)
			})
			return !good || yield(l, nil)
		}) {
			return
		}
		for i := range rows {
			if !seen[rows[i].id] && !yield(ccr.Labeled{}, rows[i].error(&ccr.FieldError{Field: "feedback_id", Err: errors.New("no review has it")})) {
				return
			}
		}
	})
}

var zhijiangReviews = []field[ccr.Labeled]{
	{name: "feedback_id", required: true, at: func(l *ccr.Labeled) any { return &l.Feedback.ID }, headers: []string{"id"}},
	{name: "text", required: true, kind: verbatim, at: func(l *ccr.Labeled) any { return &l.Feedback.Text }, headers: []string{"Reviews"}},
}

func checkZhijiangReview(l *ccr.Labeled, at ccr.Source) error {
	if l.Feedback.ID == "" {
		return &ccr.FieldError{Field: "feedback_id", Err: errMissing}
	}
	l.Feedback.Channel, l.Feedback.Source = ccr.ChannelReview, at
	l.ComplaintUnknown = true
	return nil
}

// A zhijiangLabel is a row of the file of labels.
type zhijiangLabel struct {
	id, category, polarity string
	aspect, opinion        zhijiangTerm
	source                 ccr.Source
}

// A zhijiangTerm is a term and where it stands, in characters, as written.
type zhijiangTerm struct{ term, start, end string }

var zhijiangLabels = []field[zhijiangLabel]{
	{name: "feedback_id", required: true, at: func(z *zhijiangLabel) any { return &z.id }, headers: []string{"id"}},
	{name: "AspectTerms", required: true, kind: verbatim, at: func(z *zhijiangLabel) any { return &z.aspect.term }},
	{name: "A_start", required: true, at: func(z *zhijiangLabel) any { return &z.aspect.start }},
	{name: "A_end", required: true, at: func(z *zhijiangLabel) any { return &z.aspect.end }},
	{name: "OpinionTerms", required: true, kind: verbatim, at: func(z *zhijiangLabel) any { return &z.opinion.term }},
	{name: "O_start", required: true, at: func(z *zhijiangLabel) any { return &z.opinion.start }},
	{name: "O_end", required: true, at: func(z *zhijiangLabel) any { return &z.opinion.end }},
	{name: "Categories", required: true, kind: repeated, at: func(z *zhijiangLabel) any { return &z.category }},
	{name: "Polarities", required: true, kind: repeated, at: func(z *zhijiangLabel) any { return &z.polarity }},
}

func checkZhijiangLabel(z *zhijiangLabel, at ccr.Source) error {
	if z.id == "" {
		return &ccr.FieldError{Field: "feedback_id", Err: errMissing}
	}
	z.source = at
	return nil
}

func (z *zhijiangLabel) error(err error) error {
	return &RecordError{Name: z.source.Name, Line: z.source.Line, Err: err}
}

// addTo adds what z says to l, whose text is given.
func (z *zhijiangLabel) addTo(l *ccr.Labeled, text characters) error {
	var evidence []ccr.Evidence
	for _, t := range []struct {
		field string
		zhijiangTerm
	}{{"AspectTerms", z.aspect}, {"OpinionTerms", z.opinion}} {
		if t.term == "_" {
			continue
		}
		e, err := text.evidence(t.zhijiangTerm)
		if err != nil {
			return &ccr.FieldError{Field: t.field, Err: err}
		}
		evidence = append(evidence, e)
	}
	if evidence == nil {
		return &ccr.FieldError{Field: "OpinionTerms", Err: errMissing}
	}
	slices.SortFunc(evidence, func(a, b ccr.Evidence) int { return cmp.Compare(a.Start, b.Start) })
	o := ccr.Opinion{Aspect: ccr.Aspect(z.category), Evidence: evidence}
	if o.Aspect == "" {
		return &ccr.FieldError{Field: "Categories", Err: errMissing}
	}
	switch z.polarity {
	case "负面":
		o.Polarity = ccr.Negative
	case "正面":
		o.Polarity = ccr.Positive
	case "中性":
		addNeutral(l, o.Aspect)
		return nil
	default:
		return &ccr.FieldError{Field: "Polarities", Err: fmt.Errorf("%s is none of 正面, 负面, 中性", quote([]byte(z.polarity)))}
	}
	l.Assessment.Opinions = append(l.Assessment.Opinions, o)
	return nil
}

// characters is a text whose characters can be counted.
type characters struct {
	text   string
	starts []int // of each character in bytes, and the end
}

func newCharacters(text string) characters {
	starts := make([]int, 0, utf8.RuneCountInString(text)+1)
	for i := range text {
		starts = append(starts, i)
	}
	return characters{text, append(starts, len(text))}
}

// evidence returns where a term is in bytes.
func (c characters) evidence(t zhijiangTerm) (e ccr.Evidence, err error) {
	start, err1 := strconv.Atoi(t.start)
	end, err2 := strconv.Atoi(t.end)
	switch {
	case err1 != nil || err2 != nil:
		return e, fmt.Errorf("the offsets %s and %s are not numbers", quote([]byte(t.start)), quote([]byte(t.end)))
	case start < 0 || start >= end || end >= len(c.starts):
		return e, fmt.Errorf("characters %d to %d are not a span of the text, which has %d", start, end, len(c.starts)-1)
	}
	e = ccr.Evidence{Start: c.starts[start], End: c.starts[end]}
	if span := c.text[e.Start:e.End]; span != t.term {
		return e, fmt.Errorf("characters %d to %d are %s, not %s", start, end, quote([]byte(span)), quote([]byte(t.term)))
	}
	return e, nil
}
