import { isJsonObject } from "../../model/json.ts";
import type { Schema, SchemaPlace } from "../../model/json-schema.ts";
import type { Path } from "../yaml/source.ts";
import type { Compiling } from "./context.ts";

/** Compiles the JSON Schema that a step has at a path; null when something is wrong with it. */
export function schemaAt(raw: unknown, path: Path, compiling: Compiling): Schema | null {
  const { schemaFiles: files, source, problems, report, compileSchema } = compiling;
  const written = files.address("#");
  const value = source.valueAt(path);
  const place = schemaPlace(raw, path, written, compiling);
  if (place === null) return null;
  if (place.address !== written) {
    const file = files.read(place.address);
    if (!("source" in file)) {
      const key = "file" in (raw as object) ? "file" : "openapi";
      for (const { message } of file.problems) report([...path, key], message);
      return null;
    }
  }
  const compiled = compileSchema(place, (address) => {
    if (address === written) return { value, dialect: "2020-12" };
    const file = files.read(address);
    return "source" in file ? file.document : null;
  });
  if (compiled.ok) return compiled.schema;
  for (const { address, path: at, message, key } of compiled.mistakes) {
    const detail = key === undefined ? {} : { key };
    const file = address === written ? null : files.read(address);
    if (file === null) report([...path, ...at], message, detail);
    else if ("source" in file) problems.push(file.source.problem(at, message, detail));
  }
  return null;
}

/**
 * The place of a schema: where it is written, in a file, or in the OpenAPI document. Null when it is none of them, with a
 * report.
 * @param written the address that stands for where it is written
 */
export function schemaPlace(
  raw: unknown,
  path: Path,
  written: string,
  { schemaFiles: files, report }: Pick<Compiling, "schemaFiles" | "report">,
): SchemaPlace | null {
  if (!isJsonObject(raw)) {
    if (typeof raw === "boolean") return { address: written, path: [] };
    report(path, "should be a JSON Schema, { file: … } or { openapi: … }");
    return null;
  }
  const { file, openapi } = raw;
  const alone = Object.keys(raw).length === 1;
  if (alone && typeof file === "string") return { address: files.address(file), path: [] };
  if (!alone || openapi === undefined) return { address: written, path: [] };
  if (typeof openapi !== "string" || !openapi.startsWith("#/")) {
    report([...path, "openapi"], 'should be a place in the document: "#/components/schemas/Post"');
    return null;
  }
  if (files.openapi === null) {
    report([...path, "openapi"], "needs upstream.openapi, the document that it is in");
    return null;
  }
  const parts = openapi.slice(2).split("/");
  const names = parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const document = files.read(files.openapi);
  if ("source" in document && document.source.nodeAt(names) === null) {
    report([...path, "openapi"], `there is no ${openapi} in the document`);
    return null;
  }
  return { address: files.openapi, path: names };
}
