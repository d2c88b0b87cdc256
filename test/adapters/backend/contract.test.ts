import { describeBackend } from '../../contract/backend.js';
import { openInMemory } from './support.js';

describeBackend('packed', openInMemory);
