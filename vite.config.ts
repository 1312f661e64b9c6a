import react from '@vitejs/plugin-react';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };

/**
 * The seal: the built page may load its own files and nothing else, and may send nothing anywhere.
 * `connect-src 'none'` refuses fetch, XHR, WebSocket, beacon and EventSource, also in the workers, which are
 * made from Blob URLs and inherit it. Images come from memory only, so that no address can carry anything. Styles are inline because the component library and Plotly write them at run time.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  'img-src data: blob:',
  "font-src 'self' data:",
  "manifest-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export default defineConfig({
  base: './',
  define: { __TWINPOOL_VERSION__: JSON.stringify(packageJson.version) },
  plugins: [
    react(),
    {
      name: 'seal-the-built-page',
      apply: 'build',
      transformIndexHtml: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
          injectTo: 'head-prepend',
        },
      ],
    },
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
        icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,woff2,wasm}'],
        clientsClaim: true,
        maximumFileSizeToCacheInBytes: 8_000_000,
      },
    }),
  ],
  worker: { format: 'iife' },
  build: { target: 'es2022', chunkSizeWarningLimit: 1600 },
  preview: { host: '127.0.0.1', port: 4173 },
  test: { include: ['src/**/*.test.ts'], exclude: ['**/*.browser.test.ts'], testTimeout: 60_000 },
});
