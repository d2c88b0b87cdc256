import { AskdexError, quoteForMessage } from '../errors.js';
import type { Judgements } from './measures.js';

/** A text file of an evaluation. */
export interface TextFile {
  /** The name in messages. */
  readonly name: string;
  readonly text: string;
}

export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Without its line feed. */
  readonly text: string;
}

/** Returns the lines that are not blank. */
export function linesOf({ text }: TextFile): TextLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line, at) => ({ number: at + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
}

/** The position of an error. `line` null: the whole file. */
export interface FilePosition {
  readonly file: string;
  readonly line: number | null;
}

/** Creates the `evaluation_invalid` error for a file. */
export function evaluationFileError({ file, line }: FilePosition, fault: string, remedy: string): AskdexError {
  const where = line === null ? quoteForMessage(file) : `${quoteForMessage(file)}, line ${line}`;
  return new AskdexError('evaluation_invalid', `${where}: ${fault}`, { parameter: file, remedy });
}

/** The judgements of each query that has any, by the query's id. */
export type Qrels = ReadonlyMap<string, Judgements>;

const QRELS_FORM =
  'Write "query document grade" per line, separated by tabs or spaces, or the four columns ' +
  '"query 0 document grade" of trec_eval; a grade is a whole number.';
/** The first line may name the columns: `query-id corpus-id score`. */
const HEADERS = /^(?:q|query|question|topic)(?:[-_ ]?(?:id|number))?$|^qid$/i;
const GRADE_HEADERS = /^(?:score|grade|rel|relevance|relevancy|label|judge?ment)$/i;
const GRADE = /^[+-]?\d{1,9}$/;

/**
 * Parses judgements: `query document grade` per line, or trec_eval's four columns.
 *
 * @throws {AskdexError} evaluation_invalid: when a line is malformed or contradicts another.
 */
export function readQrels(file: TextFile): Qrels {
  const qrels = new Map<string, Map<string, number>>();
  for (const [at, { number, text }] of linesOf(file).entries()) {
    const place = { file: file.name, line: number };
    const columns = columnsOf(text);
    if (at === 0 && isHeader(columns)) continue;
    const { query, document, grade } = readColumns(columns, place);
    const judgements = qrels.get(query) ?? new Map<string, number>();
    qrels.set(query, judgements);
    const before = judgements.get(document);
    if (before !== undefined && before !== grade) {
      throw evaluationFileError(
        place,
        `document ${quoteForMessage(document)} has the grade ${grade} for query ${quoteForMessage(query)}, ` +
          `and ${before} further up.`,
        'Leave one of the two lines.',
      );
    }
    judgements.set(document, grade);
  }
  return qrels;
}

function columnsOf(line: string): string[] {
  const tabbed = line.split('\t').map((column) => column.trim());
  const filled = tabbed.filter((column) => column !== '');
  return filled.length >= 3 ? filled : line.trim().split(/\s+/);
}

function isHeader(columns: readonly string[]): boolean {
  const [first = ''] = columns;
  const last = columns.at(-1) ?? '';
  return !/\d/.test(last) && (HEADERS.test(first) || GRADE_HEADERS.test(last));
}

interface Judgement {
  readonly query: string;
  readonly document: string;
  readonly grade: number;
}

function readColumns(columns: readonly string[], place: FilePosition): Judgement {
  if (columns.length !== 3 && columns.length !== 4)
    throw evaluationFileError(
      place,
      `it has ${columns.length} column${columns.length === 1 ? '' : 's'}, not 3 or 4.`,
      QRELS_FORM,
    );
  const query = columns[0] ?? '';
  const document = columns.at(-2) ?? '';
  const grade = columns.at(-1) ?? '';
  if (!GRADE.test(grade))
    throw evaluationFileError(place, `the grade ${quoteForMessage(grade)} is no whole number.`, QRELS_FORM);
  return { query, document, grade: Number(grade) };
}

export interface TestQuery {
  readonly id: string;
  readonly text: string;
}

const QUERIES_FORM = 'Write one JSON object per line, such as {"_id": "1", "text": "why is the sky blue"}.';

/**
 * Parses the queries of a JSONL file: `_id` (or `id`) and `text`.
 *
 * @throws {AskdexError} evaluation_invalid: when a line is malformed or repeats an id.
 */
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
  const value = parseLine(line, place);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw evaluationFileError(place, `it is not a JSON object but ${quoteForMessage(value)}.`, QUERIES_FORM);
  const members = new Map<string, unknown>(Object.entries(value));
  const id = members.get('_id') ?? members.get('id');
  const text = members.get('text');
  if (typeof id !== 'string' && !Number.isSafeInteger(id))
    throw evaluationFileError(
      place,
      id === undefined ? 'it has no _id.' : `its _id is ${quoteForMessage(id)}, no text or whole number.`,
      QUERIES_FORM,
    );
  if (typeof text !== 'string')
    throw evaluationFileError(
      place,
      text === undefined ? 'it has no text.' : `its text is ${quoteForMessage(text)}, no text.`,
      QUERIES_FORM,
    );
  return { id: String(id), text };
}

function parseLine(line: string, place: FilePosition): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw evaluationFileError(place, `it is not JSON: ${quoteForMessage(line)}.`, QUERIES_FORM);
  }
}
