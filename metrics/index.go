package metrics

import "hash/maphash"

// An index keeps a rate for each key. It is a hash table with linear probing
// whose entries lie together in order of arrival: folding verdicts is one
// lookup after another of keys that are nearly always there, and a map of
// pointers makes that a sixth to a third slower. The zero index is empty.
type index[K comparable] struct {
	seed    maphash.Seed
	slots   []int32 // position in entries plus 1, 0 for none; none or a power of two of them
	entries []entry[K]
}

type entry[K comparable] struct {
	key  K
	rate Rate
}

// at returns the rate of k, which it adds when it is not there. The pointer is
// valid until the next call.
func (x *index[K]) at(k K) *Rate {
	if len(x.slots) == 0 {
		return x.add(k)
	}
	mask := uint64(len(x.slots) - 1)
	for s := maphash.Comparable(x.seed, k) & mask; ; s = (s + 1) & mask {
		i := x.slots[s]
		if i == 0 {
			return x.add(k)
		}
		if e := &x.entries[i-1]; e.key == k {
			return &e.rate
		}
	}
}

// add appends k, which is not there. At most a quarter of the slots is taken.
func (x *index[K]) add(k K) *Rate {
	x.entries = append(x.entries, entry[K]{key: k})
	n := len(x.entries)
	if 4*n <= len(x.slots) {
		x.place(n - 1)
	} else {
		if x.slots == nil {
			x.seed = maphash.MakeSeed()
		}
		x.slots = make([]int32, max(16, 2*len(x.slots)))
		for i := range x.entries {
			x.place(i)
		}
	}
	return &x.entries[n-1].rate
}

// place writes the position of an entry to its slot.
func (x *index[K]) place(i int) {
	mask := uint64(len(x.slots) - 1)
	s := maphash.Comparable(x.seed, x.entries[i].key) & mask
	for x.slots[s] != 0 {
		s = (s + 1) & mask
	}
	x.slots[s] = int32(i + 1)
}
