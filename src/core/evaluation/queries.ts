import { quoteForMessage } from '../errors.js';
import { linesOf, evaluationFileError, type FilePosition, type TextFile } from './trec-files.js';

/** A query that is asked to measure. */
export interface TestQuery {
  readonly id: string;
  readonly text: string;
}

const FORM = 'Write one JSON object per line, such as {"_id": "1", "text": "why is the sky blue"}.';

/** The queries of a JSONL file: `_id` (or `id`) and `text`. Throws `evaluation_invalid`. */
export function readQueries(file: TextFile): TestQuery[] {
  const queries: TestQuery[] = [];
  const lines = new Map<string, number>();
  for (const { number, text } of linesOf(file)) {
    const place = { file: file.name, line: number };
    const query = readQuery(text, place);
    const before = lines.get(query.id);
    if (before !== undefined) {
      throw evaluationFileError(
        place,
        `the query ${quoteForMessage(query.id)} stands on line ${before} already.`,
        'Give each query an _id of its own.',
      );
    }
    lines.set(query.id, number);
    queries.push(query);
  }
  return queries;
}

function readQuery(line: string, place: FilePosition): TestQuery {
  const value = parsed(line, place);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw evaluationFileError(place, `it is not a JSON object but ${quoteForMessage(value)}.`, FORM);
  const members = new Map<string, unknown>(Object.entries(value));
  const id = members.get('_id') ?? members.get('id');
  const text = members.get('text');
  if (typeof id !== 'string' && !Number.isSafeInteger(id))
    throw evaluationFileError(
      place,
      id === undefined ? 'it has no _id.' : `its _id is ${quoteForMessage(id)}, no text or whole number.`,
      FORM,
    );
  if (typeof text !== 'string')
    throw evaluationFileError(
      place,
      text === undefined ? 'it has no text.' : `its text is ${quoteForMessage(text)}, no text.`,
      FORM,
    );
  return { id: String(id), text };
}

function parsed(line: string, place: FilePosition): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw evaluationFileError(place, `it is not JSON: ${quoteForMessage(line)}.`, FORM);
  }
}
