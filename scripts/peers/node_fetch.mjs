// Downloads pages with node's own fetch (undici), as many at once as there are workers, and stores them.
//
// usage: node node_fetch.mjs URLS WORKERS OUT
// The workers are async functions on one event loop that share one iterator over the list.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const [urlFile, workers, out] = process.argv.slice(2);

const nameOf = (url) => encodeURIComponent(url.replace(/^\w+:\/\/[^/]*\//, "")).slice(-200) || "index";

async function download(url) {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url}: status ${response.status}`);
  await writeFile(join(out, nameOf(url)), Buffer.from(await response.arrayBuffer()));
}

async function worker(urls) {
  for (const url of urls) await download(url);
}

try {
  const lines = (await readFile(urlFile, "utf8")).split("\n").filter((line) => line.trim());
  const urls = lines.values();
  await Promise.all(Array.from({ length: Number(workers) }, () => worker(urls)));
} catch (error) {
  console.error(`node_fetch.mjs: ${error.message}${error.cause ? `: ${error.cause.message}` : ""}`);
  process.exit(1);
}
