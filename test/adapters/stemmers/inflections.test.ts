import { loadAnalyzer } from '../../../src/adapters/stemmers/with-stemmers.js';
import assert from 'node:assert/strict';
import type { Analyzer } from '../../../src/core/analysis/analyzer.js';
import { fold } from '../../../src/core/analysis/character-classes.js';
import type { PackedIndex } from '../../../src/core/index/index-reader.js';
import { DEFAULT_SETTINGS } from '../../../src/core/model/settings.js';
import { found, indexOf } from './support.js';

/** By language: forms of a word that match each other, and words that do not match each other. */
const TABLE: Readonly<Record<string, { together: readonly string[]; apart: readonly string[] }>> = {
  da: {
    together: [
      'sygdom sygdomme sygdommen',
      'behandling behandlinger behandlingen',
      'løsning løsninger løsningen',
      'spørgsmål spørgsmålet',
      'børn børnene',
    ],
    apart: ['sygdom syge', 'løs læs'],
  },
  de: {
    together: [
      'Haus Häuser Hauses',
      'Krankheit Krankheiten',
      'Lösung Lösungen',
      'möglich mögliche möglichen',
      'Straße Straßen',
      'Übung Übungen',
      'Ärzte Ärzten',
    ],
    apart: ['Krankheit Krankenhaus', 'Lösung Losung Los', 'Mutter Mut'],
  },
  el: {
    together: ['ασθένεια ασθένειες', 'θεραπεία θεραπείες θεραπειών', 'γιατρός γιατροί'],
    apart: ['ασθένεια θεραπεία'],
  },
  en: { together: ['study studies studied', 'infection infections infected'], apart: ['infection infant'] },
  es: {
    together: [
      'canción canciones',
      'inflamación inflamaciones',
      'médico médica médicos',
      'rápido rápida rápidos',
      'niño niños niña',
      'enfermedad enfermedades',
      'ciudad ciudades',
      'país países',
      'análisis análisis',
    ],
    apart: ['médico medida', 'canción cansado'],
  },
  fi: {
    together: [
      'hoito hoitoa hoitojen',
      'pöytä pöytää',
      'lääkäri lääkärit lääkärin',
      'kysymykset kysymyksen',
      'talo talossa talot',
    ],
    apart: ['sairaus sairaala', 'tuli tulli'],
  },
  fr: {
    together: [
      'maladie maladies',
      'général générale généraux',
      'qualité qualités',
      'égalité égalités',
      'infecté infectée infectés',
      'traitement traitements',
      'étudiant étudiante étudiants',
    ],
    apart: ['marché marchand', 'poisson poison'],
  },
  hu: {
    together: [
      'betegség betegségek betegséget',
      'ház házak házban',
      'kérdés kérdések kérdést',
      'gyógyszer gyógyszerek',
    ],
    apart: ['betegség orvos', 'kérés kérdés'],
  },
  it: {
    together: [
      'malattia malattie',
      'amico amici',
      'città città',
      'domanda domande',
      'velocemente veloce',
      'università università',
      'facilità facile',
    ],
    apart: ['malattia medico', 'città cittadino'],
  },
  nl: {
    together: [
      'ziekte ziekten',
      'behandeling behandelingen',
      'vraag vragen',
      'boek boeken',
      'oplossing oplossingen',
      'patiënt patiënten',
    ],
    apart: ['ziekte ziekenhuis', 'vraag vrager'],
  },
  no: {
    together: [
      'sykdom sykdomer sykdomen',
      'behandling behandlinger',
      'løsning løsninger løsningen',
      'spørsmål spørsmålet',
      'gård gården gårder',
    ],
    apart: ['sykdom syke', 'løs les'],
  },
  pt: {
    together: [
      'ação ações',
      'coração corações',
      'limão limões',
      'doença doenças',
      'tratamento tratamentos',
      'informação informações',
      'rápido rápida rápidos',
      'médico médica médicos',
    ],
    apart: ['doença doce', 'coração cor'],
  },
  ro: {
    together: [
      'boală boala',
      'tratament tratamente tratamentul',
      'întrebări întrebării',
      'soluție soluții',
      'informații informație',
      'acțiune acțiuni acţiuni',
    ],
    apart: ['boală bolta', 'soluție soldat'],
  },
  ru: {
    together: [
      'болезнь болезни болезней болезнью',
      'лечение лечения лечением',
      'вопрос вопросы вопросов',
      'русский русская русские',
      'ребёнок ребенок',
      'статья статьей статьёй',
    ],
    apart: ['болезнь больница', 'лечение лекция'],
  },
  sv: {
    together: [
      'sjukdom sjukdomar sjukdomen',
      'behandling behandlingar behandlingen',
      'lösning lösningar lösningen',
      'fråga frågor',
      'läkare läkaren',
    ],
    apart: ['sjukdom sjukhus', 'väg vägra'],
  },
  tr: {
    together: [
      'hastalık hastalıklar hastalığı',
      'ev evler evde',
      'çocuk çocuklar',
      'kitap kitaplar',
      'göz gözler gözlerin',
      'İlaç ilaçlar',
    ],
    apart: ['hastalık hastane', 'sol söz'],
  },
};

describe('inflections', () => {
  for (const [language, { together, apart }] of Object.entries(TABLE)) {
    describe(`of ${language}`, () => {
      let analyzer: Analyzer;
      before(async () => {
        analyzer = await loadAnalyzer({ ...DEFAULT_SETTINGS, language });
      });
      const index = (words: readonly string[]): PackedIndex =>
        indexOf(
          words.map((word) => [word, null]),
          analyzer,
        );
      for (const forms of together) {
        const words = forms.split(' ');
        it(`match each other: ${forms}`, () => {
          for (const one of words) {
            for (const other of words)
              assert.deepEqual(found(one, index([other]), analyzer), [fold(other)], `${one} finds ${other}`);
          }
        });
        it(`match each other if one is typed without accents: ${words.map(fold).join(' ')}`, () => {
          const all = index(words);
          for (const one of words)
            assert.deepEqual(found(fold(one), all, analyzer), [...new Set(words.map(fold))].sort(), one);
        });
      }
      for (const words of apart) {
        it(`do not match different words: ${words}`, () => {
          const [first = '', ...others] = words.split(' ');
          assert.deepEqual(found(first, index([first, ...others]), analyzer), [fold(first)]);
        });
      }
    });
  }
});
