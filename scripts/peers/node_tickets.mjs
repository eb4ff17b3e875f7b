// Downloads and prepares ticket prices with node's own HTTP client and JSON, on as many connections as workers.
// (node's fetch opens more.)
//
// usage: node node_tickets.mjs URLS WORKERS OUT

import { readFile, writeFile } from "node:fs/promises";
import { Agent, get } from "node:http";
import { join } from "node:path";

const [urlFile, workers, out] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(workers) });

function bodyOf(url) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`${url}: status ${response.statusCode}`));
      });
    });
    request.on("error", reject);
  });
}

async function dayOf(url) {
  const day = JSON.parse(await bodyOf(url));
  const prices = day.prices.map((offer) => offer.price);
  return [day.date, prices.length, Math.min(...prices)];
}

async function worker(urls, days) {
  for (const url of urls) days.push(await dayOf(url));
}

// Python's csv writes floats so, too: 12 is 12.0.
const text = (value) => (Number.isInteger(value) ? `${value}.0` : `${value}`);

try {
  const lines = (await readFile(urlFile, "utf8")).split("\n").filter((line) => line.trim());
  const urls = lines.values();
  const days = [];
  await Promise.all(Array.from({ length: Number(workers) }, () => worker(urls, days)));
  const rows = days.map(([date, count, price]) => `${date},${count},${text(price)}\r\n`).sort();
  await writeFile(join(out, "prices.csv"), rows.join(""));
  agent.destroy();
} catch (error) {
  console.error(`node_tickets.mjs: ${error.message}`);
  process.exit(1);
}
