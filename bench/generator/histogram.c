#include "generator.h"
#include <stdio.h>

/* Values share their highest bit and the six bits below it with those of their bucket. */
static unsigned bucket_of(uint64_t ns) {
  if (ns < SUB_BUCKETS) return (unsigned)ns;
  unsigned shift = 63 - (unsigned)__builtin_clzll(ns) - 6;
  return (shift + 1) * SUB_BUCKETS + (unsigned)((ns >> shift) - SUB_BUCKETS);
}

static uint64_t middle_of(unsigned bucket) {
  if (bucket < SUB_BUCKETS) return bucket;
  unsigned shift = bucket / SUB_BUCKETS - 1;
  return ((uint64_t)(SUB_BUCKETS + bucket % SUB_BUCKETS) << shift) + ((uint64_t)1 << shift) / 2;
}

void record(struct histogram *histogram, uint64_t ns) {
  histogram->counts[bucket_of(ns)]++;
  histogram->count++;
  if (ns > histogram->max) histogram->max = ns;
}

static double quantile_us(const struct histogram *histogram, double quantile) {
  uint64_t rank = (uint64_t)(quantile * (double)histogram->count), seen = 0;
  for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
    seen += histogram->counts[bucket];
    if (seen > rank) return (double)middle_of(bucket) / 1e3;
  }
  return (double)histogram->max / 1e3;
}

void print_histogram(const char *name, const struct histogram *histogram) {
  printf("\"%s\":{\"count\":%llu,\"p50Us\":%.1f,\"p99Us\":%.1f,\"maxUs\":%.1f}", name,
         (unsigned long long)histogram->count, quantile_us(histogram, 0.5), quantile_us(histogram, 0.99),
         (double)histogram->max / 1e3);
}
