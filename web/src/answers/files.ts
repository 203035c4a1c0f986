/** Files that the page makes itself. */

/** Hands a file to the reader, under this name. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by then; until it has, the address must stay good.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
