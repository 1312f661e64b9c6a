import type { Exporter } from '../session/ports.ts';

/** Long enough for the browser to have taken the file, short enough not to hold its memory. */
const KEEP_ADDRESS_MS = 60_000;

/** The only way anything leaves the page: a file that the browser saves where the person says. */
export const exporter: Exporter = {
  download(fileName, bytes, mediaType) {
    const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mediaType }));
    const link = document.createElement('a');
    link.href = address;
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), KEEP_ADDRESS_MS);
  },
};
