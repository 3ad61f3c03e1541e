import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

test('is under 12 KB on the wire', () => {
  const script = readFileSync(new URL('../../main/resources/META-INF/resources/sluice.js', import.meta.url));
  const bytes = gzipSync(script).length;
  assert.ok(bytes < 12_000, `${bytes} bytes gzipped`);
});
