// Copies what the compiler leaves behind (HTML, CSS, icons) beside the compiled files.
import { cp } from 'node:fs/promises';

const keep = (path) => !path.endsWith('.ts') && !path.endsWith('tsconfig.json');
await cp('src/page', 'dist/page', { recursive: true, filter: keep });
