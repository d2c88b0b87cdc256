import { quoteForMessage } from '../errors.js';
import { linesOf, evaluationFileError, type FilePosition, type TextFile } from './trec-files.js';
import type { Judgements } from './measures.js';

/** The judgements of each query that has any, by the query's id. */
export type Qrels = ReadonlyMap<string, Judgements>;

const FORM =
  'Write "query document grade" per line, separated by tabs or spaces, or the four columns "query 0 document grade" of trec_eval; a grade is a whole number.';
/** The first line may name the columns: `query-id corpus-id score`. */
const HEADERS = /^(?:q|query|question|topic)(?:[-_ ]?(?:id|number))?$|^qid$/i;
const GRADE_HEADERS = /^(?:score|grade|rel|relevance|relevancy|label|judge?ment)$/i;
const GRADE = /^[+-]?\d{1,9}$/;

/** Reads judgements: `query document grade`, or with trec_eval's second column. Throws `evaluation_invalid`. */
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
        `document ${quoteForMessage(document)} has the grade ${grade} for query ${quoteForMessage(query)}, and ${before} further up.`,
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
      FORM,
    );
  const query = columns[0] ?? '';
  const document = columns.at(-2) ?? '';
  const grade = columns.at(-1) ?? '';
  if (!GRADE.test(grade))
    throw evaluationFileError(place, `the grade ${quoteForMessage(grade)} is no whole number.`, FORM);
  return { query, document, grade: Number(grade) };
}
