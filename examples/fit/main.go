// Fit trains the embedded model and the weights of package hybrid again, and
// measures them:
//
//	go run ./examples/fit
//
// It writes classify/linear/model.bin, classify/hybrid/weights.json and the
// table classify/linear/ACCURACY.md. It reads the project's corpus (train; test
// and dev to measure), the labels of real reviews in testdata/reviews, and a copy
// of the review and opinion collections beside the project (see the README),
// without which it makes a poorer model and says so. Equal data gives equal
// files; with two processors it takes about a quarter of an hour.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ccrkit/ccrkit/classify/hybrid"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	log.SetFlags(0)
	var s sources
	flag.StringVar(&s.root, "root", ".", "the module's `folder`")
	flag.StringVar(&s.data, "data", filepath.Join("..", "shared", "data"), "`folder` of the collections: reviews/, opinions/")
	only := flag.String("only", "", "model: train and write the model and the weights, and leave the table as it is")
	flag.Parse()
	if err := run(ctx, s, *only == "model"); err != nil {
		log.Fatal("fit: ", err)
	}
}

func run(ctx context.Context, s sources, modelOnly bool) error {
	corpus, err := s.readCorpus("train*.jsonl")
	if err != nil {
		return err
	}
	reviews, err := s.readReviews("train")
	if err != nil {
		return err
	}
	if len(reviews) == 0 {
		log.Print("no reviews beside the project: this will be a poorer model")
	}
	items := append(corpus, reviews...)
	examples := make([]hybrid.Example, len(items))
	for i := range items {
		examples[i] = items[i].Example
	}
	start := time.Now()
	progress := func(step string) { log.Printf("%4.0f s  %s", time.Since(start).Seconds(), step) }
	tr, err := hybrid.Train(ctx, examples, &hybrid.TrainOptions{Folds: 6, Progress: progress})
	if err != nil {
		return err
	}
	err = errors.Join(
		writeFile(filepath.Join(s.root, "classify", "linear", "model.bin"), tr.Model),
		writeFile(filepath.Join(s.root, "classify", "hybrid", "weights.json"), tr.Weights),
	)
	if err != nil {
		return err
	}
	t := &table{s: s, progress: progress}
	if err := t.complaints(ctx, items, tr); err != nil {
		return err
	}
	if !modelOnly {
		if err := t.tasks(ctx); err != nil {
			return err
		}
	}
	fmt.Print(t.String())
	if modelOnly {
		return nil
	}
	return os.WriteFile(filepath.Join(s.root, "classify", "linear", "ACCURACY.md"), []byte(t.String()), 0o644)
}

// writeFile replaces a file at once, so that none is left half written.
func writeFile(name string, from io.WriterTo) error {
	f, err := os.Create(name + ".new")
	if err != nil {
		return err
	}
	_, err = from.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
