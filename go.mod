module github.com/ccrkit/ccrkit

go 1.25.0

require (
	github.com/go-ego/gse v1.1.0
	github.com/google/go-cmp v0.7.0
	golang.org/x/text v0.31.0
)

require github.com/vcaesar/cedar v0.50.0 // indirect
