import type { WaitQuestion } from "../../model/wait-answer.ts";

/** Headers of the page: it runs no script, is kept nowhere, and its address goes to no other site. */
export const PAGE_HEADERS: readonly string[] = [
  "Content-Type",
  "text/html; charset=utf-8",
  "Content-Security-Policy",
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "Cache-Control",
  "no-store",
  "Referrer-Policy",
  "no-referrer",
  "X-Robots-Tag",
  "noindex, nofollow",
  "X-Content-Type-Options",
  "nosniff",
];

/** The page that asks: its title, and a button for each choice. Each is a form that is sent to the page's own address. */
export function questionPage({ title, choices }: WaitQuestion): string {
  const buttons =
    choices === null
      ? "<button>Continue</button>"
      : choices
          .map((choice) => {
            const text = escaped(choice);
            return `<button name="choice" value="${text}">${text}</button>`;
          })
          .join("\n");
  return page(
    title === "" ? "A workflow waits for your answer" : title,
    `<form method="post">\n${buttons}\n</form>`,
  );
}

/** A page that tells something. */
export const tellingPage = (text: string): string => page(text, "");

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>body{font:1rem/1.5 system-ui;margin:3rem auto;max-width:40rem;padding:0 1rem}button{font:inherit;padding:.5rem 1rem;margin:.25rem}</style>
<h1>${escaped(title)}</h1>
${content}
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
