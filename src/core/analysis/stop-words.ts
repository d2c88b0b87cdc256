import { ENGLISH_STOP_WORDS, splitWords } from './english-stop-words.js';
import { primaryLanguage } from './languages.js';

/**
 * Words without a topic: articles, pronouns, prepositions, auxiliaries and question words (`what is the … of`,
 * `how do I …`). They are indexed, but a query uses them only if it has no other word.
 */
const STOP_WORDS: Readonly<Record<string, string>> = {
  en: ENGLISH_STOP_WORDS,
  de: `aber als am an auch auf aus bei bin bis bist da das dass dein dem den der des die du ein eine einem einen einer
    eines er es für hat ich ihr im in ist kann mein mit nach nicht oder sein sich sie sind so über um und uns unter von
    vor was wer werden wie wieso warum wir wo zu zum zur welche welcher welches`,
  fr: `à au aux avec ce ces cette comment dans de des du elle en est et eux il ils je la le les leur lui ma mais me mes mon
    ne nous on ou où par pas pour pourquoi qu quand que quel quelle quelles quels qui sa se ses son sont sur ta te tes
    toi ton tu un une vos votre vous y d l c j m n s t`,
  es: `a al como con cómo cual cuál cuando cuándo de del donde dónde el ella ellas ellos en es esta este esto la las le les
    lo los me mi mis no nos o para pero por porque qué que quien quién se ser si son su sus también te tu un una uno y yo`,
  it: `a ad al alla alle allo anche che chi ci come con cosa da dal dalla de dei del della delle dello di dove e ed è gli i il in
    io la le lo ma mi nei nel nella non o per perché più quale quali quando questo se si sono su sul sulla tra un una uno`,
  pt: `a ao aos as com como da das de do dos e é ela ele em entre eu mas me na nas não no nos o onde os ou para pela pelo por
    porque quais qual quando que quem se ser seu sua são um uma umas uns`,
  nl: `aan als bij dat de der deze die dit door een en er het hoe hij ik in is je kan maar me met mijn naar niet of om ook
    op over te tot uit van voor waarom waar wanneer was wat we welke wie wij zijn zo`,
  sv: `att av de den det där du ett en från för han har hon hur i inte jag kan man med men och om på som så till var vad
    varför vi vid vilka vilken vilket är`,
  da: `af at de den der det du en er et for fra han har hun hvad hvem hvilken hvor hvordan hvorfor i ikke jeg kan man med
    men og om på som til var vi være`,
  no: `av at de den der det du en er et for fra han har hun hva hvem hvilken hvor hvordan hvorfor i ikke jeg kan man med
    men og om på som til var vi være`,
  fi: `ei että hän he ja jos joka kuin kun me mikä miksi miten mitä mutta myös ne niin on ovat se tai te tämä`,
  ru: `а без бы был была были было быть в во вот все вы где да для до его ее если есть же за и из или им их к как какая
    какие какой ко когда кто ли мне может мы на не ни но о об он она они от по почему при с со так такое там то того у что
    чтобы эта это я`,
};

/** Returns the stop words of a language; none if it has no list. */
export function stopWordsOf(language: string): readonly string[] {
  const primary = primaryLanguage(language);
  return splitWords(Object.hasOwn(STOP_WORDS, primary) ? (STOP_WORDS[primary] ?? '') : '');
}
