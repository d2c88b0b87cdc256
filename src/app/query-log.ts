/** What one search was and how it went. */
export interface SearchRecord {
  readonly query: string;
  readonly hits: number;
  /** Milliseconds. */
  readonly duration: number;
}

export interface QueryCount {
  readonly query: string;
  readonly count: number;
}

export interface SlowQuery {
  readonly query: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly hits: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface QueryReport {
  /** When the counting began: ISO 8601, UTC. */
  readonly since: string;
  readonly searches: number;
  /** Most frequent first. */
  readonly top: readonly QueryCount[];
  /** Queries that found nothing, most frequent first. */
  readonly zeroHits: readonly QueryCount[];
  /** Slowest first. */
  readonly slow: readonly SlowQuery[];
}

export interface QueryLog {
  record(search: SearchRecord): void;
  /** The first `limit` of each list. */
  report(limit: number): QueryReport;
}

export interface QueryLogOptions {
  /** Milliseconds since 1970; the log reads no clock of its own. */
  readonly now: () => number;
  /** Distinct queries that each list remembers; 1000 unless told. */
  readonly capacity?: number;
}

/** Characters of a query that are remembered: long texts are rarely asked twice, and memory stays bounded. */
const QUERY_LENGTH = 200;

/**
 * Remembers in memory what visitors ask for: the most frequent queries, those without a hit, and the slowest.
 *
 * Queries that differ in case or white space alone count as one. Memory is bounded by `capacity`: when a list is full,
 * the half that was asked least, and longest ago, makes room.
 */
export function createQueryLog({ now, capacity = 1000 }: QueryLogOptions): QueryLog {
  const since = new Date(now()).toISOString();
  const top = new BoundedCounts(capacity);
  const zeroHits = new BoundedCounts(capacity);
  const slow: SlowQuery[] = [];
  let searches = 0;
  return {
    record({ query, hits, duration }) {
      searches += 1;
      const text = normalized(query);
      if (text === '') return;
      top.add(text);
      if (hits === 0) zeroHits.add(text);
      noteSlow(slow, { query: text, duration, hits, at: new Date(now()).toISOString() }, Math.min(capacity, 100));
    },
    report: (limit) => ({
      since,
      searches,
      top: top.first(limit),
      zeroHits: zeroHits.first(limit),
      slow: slow.slice(0, limit),
    }),
  };
}

function normalized(query: string): string {
  return query
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, QUERY_LENGTH)
    .replace(/[\uD800-\uDBFF]$/, '');
}

/** Keeps `slow` in descending order of duration, each query once with its slowest run, at most `capacity` of them. */
function noteSlow(slow: SlowQuery[], entry: SlowQuery, capacity: number): void {
  const last = slow.at(-1);
  if (slow.length >= capacity && last !== undefined && last.duration >= entry.duration) return;
  const twin = slow.findIndex((other) => other.query === entry.query);
  if (twin >= 0) {
    if ((slow[twin]?.duration ?? 0) >= entry.duration) return;
    slow.splice(twin, 1);
  }
  const place = slow.findIndex((other) => other.duration < entry.duration);
  slow.splice(place < 0 ? slow.length : place, 0, entry);
  if (slow.length > capacity) slow.pop();
}

/** Counts by text. When it is full, the rarer half is forgotten at once, so that an addition stays cheap on average. */
class BoundedCounts {
  private readonly counts = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  add(text: string): void {
    const count = this.counts.get(text) ?? 0;
    if (count === 0 && this.counts.size >= this.capacity) this.forgetRarest();
    this.counts.delete(text);
    this.counts.set(text, count + 1);
  }

  first(limit: number): QueryCount[] {
    return this.sorted().slice(0, limit);
  }

  private sorted(): QueryCount[] {
    const newestFirst = [...this.counts].reverse().map(([query, count]) => ({ query, count }));
    return newestFirst.sort((a, b) => b.count - a.count);
  }

  private forgetRarest(): void {
    for (const { query } of this.sorted().slice(Math.floor(this.capacity / 2))) this.counts.delete(query);
  }
}
