/** One search and its outcome. */
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
  /** Start of the counting: ISO 8601, UTC. */
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
  /** The first `limit` entries of each list. */
  report(limit: number): QueryReport;
}

export interface QueryLogOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Distinct queries that each list retains. Default 1000. */
  readonly capacity?: number;
}

/** Characters retained per query: bounds memory, and long texts are rarely searched twice. */
const QUERY_LENGTH = 200;

/**
 * Counts searches in memory: the most frequent queries, those without a hit, and the slowest.
 *
 * Queries that differ only in case or white space count as one. If a list reaches `capacity`, the half that is least
 * frequent (least recent among equals) is dropped.
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

/** Adds to `slow`, sorted by descending duration: each query once with its slowest run, at most `capacity` entries. */
function noteSlow(slow: SlowQuery[], entry: SlowQuery, capacity: number): void {
  const last = slow.at(-1);
  if (slow.length >= capacity && last !== undefined && last.duration >= entry.duration) return;
  const same = slow.findIndex((item) => item.query === entry.query);
  if (same >= 0) {
    if ((slow[same]?.duration ?? 0) >= entry.duration) return;
    slow.splice(same, 1);
  }
  const position = slow.findIndex((item) => item.duration < entry.duration);
  slow.splice(position < 0 ? slow.length : position, 0, entry);
  if (slow.length > capacity) slow.pop();
}

/** Counts by text. A full map drops its rarer half at once, so that an addition stays cheap on average. */
class BoundedCounts {
  private readonly counts = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  add(text: string): void {
    const count = this.counts.get(text) ?? 0;
    if (count === 0 && this.counts.size >= this.capacity) this.dropRarest();
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

  private dropRarest(): void {
    for (const { query } of this.sorted().slice(Math.floor(this.capacity / 2))) this.counts.delete(query);
  }
}
