/** Pseudorandom numbers, the same in each run (a linear congruential generator with constants of Numerical Recipes). */
export function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const MISTAKES = [
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at) => word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
  (word, at) => `${word.slice(0, at)}e${word.slice(at)}`,
  (word, at) => `${word.slice(0, at)}x${word.slice(at + 1)}`,
];

/**
 * Queries of every kind: titles, truncated and mistyped titles, prefixes, phrases, excluded words, filters,
 * joined and split words, other scripts and empty ones, with the options of the API.
 */
export function variedQueries({ titles, subjects, count, seed = 7 }) {
  const random = chance(seed);
  const pick = (list) => list[random(list.length)] ?? '';
  const title = () => pick(titles);
  const words = () =>
    title()
      .split(/\s+/)
      .filter((word) => word !== '');
  const mistyped = (word) => (word.length < 4 ? word : pick(MISTAKES)(word, 1 + random(word.length - 1)));
  const run = (length) => {
    const all = words();
    return all.slice(random(Math.max(1, all.length - length + 1))).slice(0, length);
  };
  // A joined word matches two adjacent words, which only the answers show.
  const joined = () => run(2).join('');
  const kinds = [
    () => title(),
    () => title().slice(0, 3 + random(30)),
    () => run(1 + random(5)).join(' '),
    () => run(2).map(mistyped).join(' '),
    () =>
      words()
        .map((word) => (random(4) === 0 ? mistyped(word) : word))
        .join(' '),
    () => [...run(2), pick(words()).slice(0, 1 + random(5))].join(' '),
    () => `"${run(2 + random(2)).join(' ')}"`,
    () => `"${run(2).join(' ')}" ${pick(words())}`,
    () => `${run(2).join(' ')} -${pick(words())}`,
    () => `${run(3).join(' ')} -"${run(2).join(' ')}"`,
    () => `subject:"${pick(subjects)}" ${run(2).join(' ')}`,
    () => `-subject:"${pick(subjects)}" ${pick(words())}`,
    joined,
    () => pick(words()).replace(/^(.{3,5})(.{3,})$/u, '$1 $2'),
    () => [pick(words()), pick(words()), pick(words())].join(' '),
    () => pick(['', ' ', 'the', 'a', 'what is', 'wie geht es', '水', 'où', 'x', '???', 'zzqqy', '-', '"', 'C++']),
    () => pick(words()).toUpperCase(),
    () => words().reverse().join(' '),
  ];
  const choices = [
    () => ({ facets: ['subject'] }),
    () => ({ filter: `subject:"${pick(subjects)}"` }),
    () => ({ sort: pick(['date:asc', 'date:desc']) }),
    () => ({ limit: 1 + random(30), offset: random(20) }),
    () => ({ exactTotal: true, facets: ['subject', 'language'] }),
    () => ({ filter: [`subject:"${pick(subjects)}","${pick(subjects)}"`, 'date>=2001-01-01'] }),
  ];
  return Array.from({ length: count }, (_, at) => {
    const kind = kinds[at % kinds.length] ?? title;
    const q = kind();
    const options = random(3) === 0 ? pick(choices)() : {};
    return { q, options, readsAnswers: kind === joined || /["“]/.test(q) };
  });
}
