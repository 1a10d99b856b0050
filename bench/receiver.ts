/**
 * Reads HTTP/1.1 messages off a connection, one after another, as cheaply as Node can: calls `onMessage` with the head of
 * each when it is there as a whole. Knows `Content-Length` and chunks without trailers: it is for the two ends of the bench,
 * which know what they are sent.
 */
export function receiver(onMessage: (head: string) => void): (piece: Buffer) => void {
  let rest = "";
  return (piece) => {
    rest = rest === "" ? piece.toString("latin1") : rest + piece.toString("latin1");
    while (rest !== "") {
      const end = endOf(rest);
      if (end === -1 || rest.length < end) return;
      const head = rest;
      rest = rest.length === end ? "" : rest.slice(end);
      onMessage(head);
    }
  };
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const LAST_CHUNK = "\r\n0\r\n\r\n";

/** Where the first message ends; -1 when it is not known yet. */
function endOf(text: string): number {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return -1;
  const head = text.slice(0, headEnd);
  const length = LENGTH.exec(head)?.[1];
  if (length !== undefined) return headEnd + 4 + Number(length);
  if (!CHUNKED.test(head)) return headEnd + 4;
  const last = text.indexOf(LAST_CHUNK, headEnd + 2);
  return last === -1 ? -1 : last + LAST_CHUNK.length;
}
