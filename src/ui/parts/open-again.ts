/** What the button says that opens the file that the browser remembers. */
export function openAgainLabel(fileName: string): string {
  return `Open “${fileName}” again`;
}
