/** What opens a store on Postgres. It is loaded where it is used: its libraries take long to load, and most stores are files. */
export const postgres = async () => (await import("./postgres/open.ts")).openPostgres;
