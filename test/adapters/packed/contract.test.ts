import { describeBackend } from '../../contract/backend.js';
import { openInMemory } from './support.js';

describeBackend('packed', openInMemory, {
  explain: 'the parts of a score come with the ranking of issue C',
});
