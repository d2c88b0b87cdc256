/** The state of the page. It is also in the URL, so that it can be shared and restored. */
export interface State {
  readonly q: string;
  readonly subjects: readonly string[];
  readonly sort: '' | 'date:desc' | 'date:asc';
  /** The key of the shown document; null: the results are shown. */
  readonly doc: string | null;
}

export const EMPTY: State = { q: '', subjects: [], sort: '', doc: null };

/** Reads `?q=…&subject=…&sort=…&doc=…`; ignores anything else. */
export function readState(search: string): State {
  const given = new URLSearchParams(search);
  const sort = given.get('sort');
  const doc = given.get('doc');
  return {
    q: (given.get('q') ?? '').slice(0, 2000),
    subjects: [...new Set(given.getAll('subject').filter((subject) => subject !== ''))].slice(0, 50),
    sort: sort === 'date:desc' || sort === 'date:asc' ? sort : '',
    doc: doc === null || doc === '' ? null : doc,
  };
}

/** The query string of a state, `''` or beginning with `?`. */
export function writeState({ q, subjects, sort, doc }: State): string {
  const parameters = new URLSearchParams();
  if (q.trim() !== '') parameters.set('q', q);
  for (const subject of subjects) parameters.append('subject', subject);
  if (sort !== '') parameters.set('sort', sort);
  if (doc !== null) parameters.set('doc', doc);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** A link to a document that retains the search, for the way back. */
export function documentLink(state: State, key: string): string {
  return writeState({ ...state, doc: key });
}

/** The API's parameters for a page of hits. */
export function searchParameters({ q, subjects, sort }: State, offset: number, limit: number): URLSearchParams {
  const parameters = new URLSearchParams({
    q,
    limit: String(limit),
    offset: String(offset),
    facets: 'subject',
  });
  if (subjects.length > 0) parameters.set('filter', `subject:${subjects.map(quoted).join(',')}`);
  if (sort !== '') parameters.set('sort', sort);
  return parameters;
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
