// Compiles this folder to WebAssembly and writes it as a TypeScript module, so that the kernel travels inside the
// page's own script: no file to fetch, also from file://.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here('../build/');
mkdirSync(out, { recursive: true });

let binary;
const { error, stderr } = await asc.main(
  [
    here('index.ts'),
    '--outFile',
    'kernel.wasm',
    ...['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
    ...['--use', 'abort='],
  ],
  {
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents;
    },
  },
);
if (error || !binary) {
  process.stderr.write(`${stderr}\n${error?.message ?? 'no kernel was written'}\n`);
  process.exit(1);
}
rmSync(`${out}kernel-bytes.ts`, { force: true });
writeFileSync(
  `${out}kernel-bytes.ts`,
  `/** Written by ../assembly/build.mjs: ${binary.length} bytes of WebAssembly. */\nexport const KERNEL_BASE64 =\n  '${Buffer.from(binary).toString('base64')}';\n`,
);
process.stdout.write(`kernel: ${binary.length} bytes\n`);
