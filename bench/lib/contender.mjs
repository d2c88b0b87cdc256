// One contender of bench/query.mjs, in a process of its own. usage: contender.mjs NAME CORPUS GENERATION
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
  /** The first ranking stage alone: a snapshot without texts has no other. */
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
  /** Words of queries, related links and the like are found out once: here every round begins without any. */
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
