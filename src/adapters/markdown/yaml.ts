import { CORE_SCHEMA, NOT_RESOLVED, defineScalarTag, floatCoreTag, intCoreTag, load } from 'js-yaml';

/** A number as the author wrote it, so that an id `0000010` or a title `1.0` keeps its digits. */
export class RawNumber {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

const asWritten = (tag: typeof intCoreTag) =>
  defineScalarTag<RawNumber>(tag.tagName, {
    implicit: true,
    implicitFirstChars: tag.implicitFirstChars,
    resolve: (source, isExplicit, tagName) =>
      tag.resolve(source, isExplicit, tagName) === NOT_RESOLVED ? NOT_RESOLVED : new RawNumber(source),
    identify: (value) => value instanceof RawNumber,
  });

const SCHEMA = CORE_SCHEMA.withTags(asWritten(intCoreTag), asWritten(floatCoreTag));

/**
 * YAML 1.2 for content nobody vouches for: no aliases (a few bytes of them grow to gigabytes), 20 levels at most,
 * dates and times stay text, numbers are `WrittenNumber`. Throws `YAMLException` and whatever else the parser throws.
 */
export function parseYaml(source: string): unknown {
  return load(source, { schema: SCHEMA, maxAliases: 0, maxDepth: 20 });
}
