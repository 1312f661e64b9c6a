import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import type { Plugin, PluginOption } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };

/**
 * The seal: the built page may load its own files and nothing else, and may send nothing anywhere.
 * `connect-src 'none'` refuses fetch, XHR, WebSocket, beacon and EventSource, also in the workers, which are
 * made from Blob URLs and inherit it. Images come from memory only, so that no address can carry anything. Styles are inline because the component library and Plotly write them at run time.
 *
 * @param own what the page may load of its own: its address, or the hash of the one script in the page itself
 */
function contentSecurityPolicy(own: { script: string; others: string }): string {
  return [
    "default-src 'none'",
    `script-src ${own.script} 'wasm-unsafe-eval'`,
    `worker-src ${own.others} blob:`,
    `style-src ${own.others} 'unsafe-inline'`,
    'img-src data: blob:',
    `font-src ${own.others} data:`,
    ...(own.others === '' ? [] : [`manifest-src ${own.others}`]),
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]
    .join('; ')
    .replace(/ {2,}/g, ' ');
}

const iconAddress = `data:image/svg+xml,${encodeURIComponent(readFileSync('public/icon.svg', 'utf8'))}`;

const policyTag = (content: string) => ({
  tag: 'meta',
  attrs: { 'http-equiv': 'Content-Security-Policy', content },
  injectTo: 'head-prepend' as const,
});

/** Asks for the page's scripts and styles from the first line on; none of them keeps the opening words from being painted. */
const preloadThePage = (): Plugin => ({
  name: 'preload-the-page',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const entry = chunks.find(({ isEntry }) => isEntry);
      // What is loaded before the page is drawn, and static imports all the way down, less what comes with the entry anyway.
      const loaded = ['/src/app/start.tsx', '/src/storage/kept.ts'].map((path) => {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(path));
        if (chunk === undefined) throw new Error(`${path} has no chunk`);
        return chunk.fileName;
      });
      const scripts = new Set(loaded);
      const styles = new Set<string>();
      // A set that grows is walked to its new end.
      for (const name of scripts) {
        const file = bundle[name];
        if (file?.type !== 'chunk') continue;
        for (const imported of file.imports) scripts.add(imported);
        for (const style of file.viteMetadata?.importedCss ?? []) styles.add(style);
      }
      const own = new Set([entry?.fileName, ...(entry?.imports ?? [])]);
      const tag = (name: string, attrs: Record<string, string>) => ({
        tag: 'link',
        attrs: { ...attrs, crossorigin: true, href: `./${name}` },
        injectTo: 'head' as const,
      });
      return [
        ...[...styles].map((name) => tag(name, { rel: 'preload', as: 'style' })),
        ...[...scripts].filter((name) => !own.has(name)).map((name) => tag(name, { rel: 'modulepreload' })),
      ];
    },
  },
});

/** The page as files for a static server, with an offline copy. */
const manyFiles = (): PluginOption[] => [
  {
    name: 'seal-the-built-page',
    apply: 'build',
    transformIndexHtml: () => [policyTag(contentSecurityPolicy({ script: "'self'", others: "'self'" }))],
  },
  preloadThePage(),
  VitePWA({
    registerType: 'prompt',
    injectRegister: false,
    manifest: {
      name: 'Twinpool',
      short_name: 'Twinpool',
      description: packageJson.description,
      theme_color: '#1f5fa8',
      background_color: '#ffffff',
      display: 'standalone',
      // In the manifest itself: the policy lets no picture be asked for by an address.
      icons: [{ src: iconAddress, sizes: 'any', type: 'image/svg+xml' }],
    },
    workbox: {
      globPatterns: ['**/*.{js,css,html,svg,woff2,wasm}'],
      clientsClaim: true,
      // What is not in the copy is refused: once it is there, the page cannot ask even its own server for an address.
      runtimeCaching: [{ urlPattern: /.*/, handler: 'CacheOnly' }],
      maximumFileSizeToCacheInBytes: 8_000_000,
    },
  }),
];

/**
 * The page as one file that opens from a folder: script, styles, fonts, workers and WebAssembly inside. The policy names the
 * script by its hash, so that nothing else in the page can run.
 */
const oneFile = (): Plugin => ({
  name: 'one-sealed-file',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    // After the build has put its own marks in place.
    order: 'post',
    handler(_, bundle) {
      const files = Object.values(bundle);
      const page = files.find((file) => file.fileName.endsWith('.html'));
      const scripts = files.filter((file) => file.type === 'chunk');
      const styles = files.filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'));
      const [script] = scripts;
      if (page?.type !== 'asset' || script === undefined || scripts.length > 1)
        throw new Error(`one page and one script expected, not ${scripts.length} scripts`);
      const code = script.code
        // What would end or change the element that the script stands in.
        .replaceAll('</script', '<\\/script')
        .replaceAll('<!--', '<\\!--')
        .replaceAll('\r\n', '\n');
      const hash = createHash('sha256').update(`\n${code}\n`, 'utf8').digest('base64');
      const policy = contentSecurityPolicy({ script: `'sha256-${hash}'`, others: '' });
      const css = styles.map((file) => (file.type === 'asset' ? String(file.source) : '')).join('\n');
      const html = String(page.source)
        .replace(/\s*<script\b[^>]*src=[^>]*><\/script>/g, '')
        .replace(/\s*<link\b[^>]*rel="(?:stylesheet|modulepreload)"[^>]*>/g, '')
        // Functions, because `$&` in the code would be read as a pattern.
        .replace(
          '<head>',
          () => `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace('</head>', () => `  <style>${css}</style>\n  </head>`)
        .replace('</body>', () => `  <script type="module">\n${code}\n</script>\n  </body>`);
      for (const name of Object.keys(bundle)) delete bundle[name];
      this.emitFile({ type: 'asset', fileName: 'twinpool.html', source: html });
    },
  },
});

export default defineConfig(({ mode }) => ({
  base: './',
  define: { __TWINPOOL_VERSION__: JSON.stringify(packageJson.version) },
  plugins: [react(), ...(mode === 'single' ? [oneFile()] : manyFiles())],
  worker: { format: 'iife' },
  ...(mode === 'single' ? { publicDir: false as const } : {}),
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1600,
    ...(mode === 'single'
      ? {
          outDir: 'dist-single',
          assetsInlineLimit: Number.MAX_SAFE_INTEGER,
          cssCodeSplit: false,
          modulePreload: false as const,
          rolldownOptions: { output: { codeSplitting: false } },
          chunkSizeWarningLimit: 20_000,
        }
      : {}),
  },
  preview: { host: '127.0.0.1', port: 4173 },
  // As many files at a time as there are cores; one core fewer, the default, is one file at a time on two.
  test: {
    include: ['src/**/*.test.ts'],
    exclude: ['**/*.browser.test.ts'],
    testTimeout: 60_000,
    maxWorkers: '100%',
  },
}));
