// Adds up the whole numbers up to each item, one after the other, and prints a line "ITEM RESULT" for each.
//
// usage: node node_sums.mjs ITEMS WORKERS

import { readFileSync } from "node:fs";

const [itemFile, workers] = process.argv.slice(2);

function sumUpTo(n) {
  let total = 0;
  for (let i = 0; i <= n; i += 1) total += i;
  return total;
}

try {
  if (Number(workers) !== 1) throw new Error(`this program does one thing after the other: WORKERS is 1, not ${workers}`);
  const items = readFileSync(itemFile, "utf8").split("\n").filter((line) => line.trim());
  for (const item of items) process.stdout.write(`${item} ${sumUpTo(Number(item))}\n`);
} catch (error) {
  console.error(`node_sums.mjs: ${error.message}`);
  process.exit(1);
}
