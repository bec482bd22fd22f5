// The last touch of each conversion by DuckDB, on one thread, for
// columns_benchmark.cc.
//
// usage: node duckdb_last_touch.js <folder with node_modules> <touches.csv>
//        <conversions.csv> <window in microseconds>
//
// Prints DuckDB's version, the CPU seconds of the best of three queries, and the
// check value: a window that the last touch is outside of has no other touch.
'use strict';
const path = require('path');

async function main() {
  const [folder, touches, conversions, windowUs] = process.argv.slice(2);
  const {DuckDBInstance} = require(require.resolve(
      '@duckdb/node-api', {paths: [path.resolve(folder)]}));
  const database = await DuckDBInstance.create(':memory:', {threads: '1'});
  const connection = await database.connect();
  const one = async (sql) =>
      (await connection.runAndReadAll(sql)).getRows()[0][0];

  await connection.run(`CREATE TABLE touches AS SELECT * FROM read_csv(
      '${touches}', header = false, columns = {'customer': 'UBIGINT',
      'partner': 'UINTEGER', 'time_us': 'BIGINT'})`);
  await connection.run(`CREATE TABLE conversions AS SELECT * FROM read_csv(
      '${conversions}', header = false, columns = {'row': 'BIGINT',
      'customer': 'UBIGINT', 'time_us': 'BIGINT'})`);

  let best = Infinity;
  let check = 0n;
  for (let i = 0; i < 3; ++i) {
    const begin = process.cpuUsage();
    check = await one(`SELECT sum((t.partner::BIGINT + 1)
            * (c.row % 1009 + 1))::BIGINT
        FROM conversions c ASOF JOIN touches t
          ON c.customer = t.customer AND c.time_us >= t.time_us
        WHERE c.time_us - t.time_us < ${BigInt(windowUs)}`);
    const used = process.cpuUsage(begin);
    best = Math.min(best, (used.user + used.system) / 1e6);
  }
  console.log(await one('SELECT version()'), best, String(check));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
