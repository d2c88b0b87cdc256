import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Manifest } from '../../core/model/generation-manifest.js';

/** The counters of one server, with a registry of their own. */
export interface Metrics {
  readonly registry: Registry;
  /** `route` is a route's pattern, never a visitor's path: the number of series stays bounded. */
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
  search(hits: number): void;
  /** To be called once for each finished build. */
  build(result: 'succeeded' | 'failed' | 'canceled', seconds: number): void;
}

export interface MetricsOptions {
  /** Read at each scrape. */
  readonly manifest: () => Manifest | null;
  /** Also gives memory, CPU time and event loop lag of the process; false unless told. */
  readonly process?: boolean;
}

/** Makes the metrics that `/metrics` shows. Durations are seconds. */
export function createMetrics({ manifest, process = false }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  generationGauges(registry, manifest);
  const requests = new Histogram({
    name: 'askdex_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const searches = counter(registry, 'askdex_searches_total', 'Searches answered.');
  const zeroHits = counter(registry, 'askdex_searches_zero_hits_total', 'Searches that found nothing.');
  const builds = new Counter({
    name: 'askdex_builds_total',
    help: 'Finished builds by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  const buildDuration = new Histogram({
    name: 'askdex_build_duration_seconds',
    help: 'Time that builds took.',
    buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers: [registry],
  });
  return {
    registry,
    request: (labels, seconds) => requests.observe(labels, seconds),
    search(hits) {
      searches.inc();
      if (hits === 0) zeroHits.inc();
    },
    build(result, seconds) {
      builds.inc({ result });
      buildDuration.observe(seconds);
    },
  };
}

function counter(registry: Registry, name: string, help: string): Counter {
  return new Counter({ name, help, registers: [registry] });
}

function generationGauges(registry: Registry, manifest: () => Manifest | null): void {
  new Gauge({
    name: 'askdex_documents',
    help: 'Documents in the served generation.',
    registers: [registry],
    collect() {
      this.set(manifest()?.documents ?? 0);
    },
  });
  new Gauge({
    name: 'askdex_generation_info',
    help: 'The served generation; the value is the time it was created, in seconds since 1970.',
    labelNames: ['generation', 'analyzer'],
    registers: [registry],
    collect() {
      this.reset();
      const served = manifest();
      if (served === null) return;
      const { generation, analyzer } = served;
      this.set({ generation, analyzer }, Date.parse(served.createdAt) / 1000);
    },
  });
}
