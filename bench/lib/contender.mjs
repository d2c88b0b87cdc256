// Runs one contender of bench/query.mjs in its own process. usage: contender.mjs NAME CORPUS GENERATION
import { readCorpus } from './corpus.mjs';
import { openEngine, product } from './generation.mjs';
import { miniSearchOf, sqliteOf, TOLERANT } from './peers.mjs';
import { PROBE } from './probe.mjs';
import { contend } from './turns.mjs';

const [name, corpus, generation] = process.argv.slice(2);

const CONTENDERS = {
  async engine() {
    const { searcher, queryOf } = await openEngine(generation);
    const { engine } = searcher();
    return { ask: (query) => engine.find(queryOf(query)) };
  },
  /** Only the first ranking stage, as in a snapshot without texts. */
  async firstStage() {
    const { searcher, queryOf } = await openEngine(generation, { texts: false });
    const { engine } = searcher();
    return { ask: (query) => engine.find(queryOf(query)) };
  },
  async answer() {
    const { openSnapshot } = await product.client();
    const snapshot = await openSnapshot(generation);
    return { ask: (query) => snapshot.search(query) };
  },
  /** Expansions of query words, related links and the like are cached. Here every round starts with empty caches. */
  unasked: () => unasked((searcher, query) => searcher.search(query)),
  engineUnasked: () => unasked(({ engine }, query) => engine.find(query)),
  async tolerant() {
    const miniSearch = await miniSearchOf(await readCorpus(corpus));
    return { ask: (query) => miniSearch.search(query, TOLERANT) };
  },
  async exact() {
    const miniSearch = await miniSearchOf(await readCorpus(corpus));
    return { ask: (query) => miniSearch.search(query) };
  },
  async sqlite() {
    return { ask: await sqliteOf(await readCorpus(corpus)) };
  },
};

async function unasked(ask) {
  const { searcher, queryOf } = await openEngine(generation);
  let fresh;
  return {
    before: () => {
      fresh = searcher();
    },
    ask: (query) => ask(fresh, queryOf(query)),
  };
}

contend(PROBE, await CONTENDERS[name]());
