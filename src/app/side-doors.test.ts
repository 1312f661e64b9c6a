import { expect, it } from 'vitest';
import { mayLeadTo, reachesAhead } from './side-doors.ts';

const from = 'https://twins.example/page/#/data';

it('lets the page be led around in itself, and reload', () => {
  for (const to of [from, 'https://twins.example/page/', 'https://twins.example/page/#/privacy'])
    expect(mayLeadTo({ from, to, isDownload: false })).toBe(true);
});

it('lets nothing lead elsewhere, to the own server with words in the address neither', () => {
  for (const to of [
    'https://elsewhere.example/',
    'https://twins.example/page/?patient=1',
    'https://twins.example/page/patient1',
    'http://twins.example/page/',
    'blob:https://twins.example/1234',
    'mailto:a@b.example?body=patient1',
  ])
    expect(mayLeadTo({ from, to, isDownload: false })).toBe(false);
});

it('saves what was made in memory, and nothing that a server is asked for', () => {
  expect(mayLeadTo({ from, to: 'blob:https://twins.example/1234', isDownload: true })).toBe(true);
  for (const to of [from, 'https://elsewhere.example/?patient=1', 'data:text/plain,x'])
    expect(mayLeadTo({ from, to, isDownload: true })).toBe(false);
});

it('lets no link reach a server ahead of its use, and the page load its own parts', () => {
  for (const rel of ['dns-prefetch', 'preconnect', 'stylesheet preconnect', 'DNS-Prefetch'])
    expect(reachesAhead(rel)).toBe(true);
  for (const rel of ['stylesheet', 'modulepreload', 'icon']) expect(reachesAhead(rel)).toBe(false);
});
