import { isAmount, isListOf, isRecord, isText } from '../guards.js';
import { FIELDS } from './document.js';
import { DEFAULT_SETTINGS, RANKINGS, type SearchSettings } from './settings.js';

/** The settings that are not the default ones: what has to be told of an index for others to search it alike. */
export function nonDefaultSettings(settings: SearchSettings): Partial<SearchSettings> {
  const differs = (name: string): boolean =>
    JSON.stringify(Reflect.get(settings, name)) !== JSON.stringify(Reflect.get(DEFAULT_SETTINGS, name));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => differs(name)));
}

/** Whether a value from outside is settings, all or some of them, each of the type that searching takes for granted. */
export function isSettings(value: unknown): value is Partial<SearchSettings> {
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, member]) => Object.hasOwn(MEMBERS, name) && MEMBERS[name]?.(member))
  );
}

const isTexts = (value: unknown): boolean => isListOf(value, isText);
const isNumbers =
  (names: readonly string[]) =>
  (value: unknown): boolean =>
    isRecord(value) && Object.keys(value).length === names.length && names.every((name) => isAmount(value[name]));

const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  language: isText,
  boosts: isNumbers(FIELDS),
  ranking: (value) => RANKINGS.some((ranking) => ranking === value),
  weights: isNumbers(Object.keys(DEFAULT_SETTINGS.weights)),
  synonyms: (value) => Array.isArray(value) && value.every(isTexts),
  oneWaySynonyms: (value) => isRecord(value) && Object.values(value).every(isTexts),
  protectedWords: isTexts,
  stopWords: (value) => value === null || isTexts(value),
  snippetLength: (value) => isAmount(value) && value >= 40 && value <= 1000,
};
