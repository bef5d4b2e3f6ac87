import { describe, expect, it } from 'vitest';
import { mentioned } from './own-tables.ts';
import { assertReads } from './query.ts';

describe('a query', () => {
  it.each([
    'select 1',
    '  SELECT * FROM t;',
    'with x as (select 1) select * from x',
    "select 'insert into y'",
    '-- what is this\n/* and this */ select 1',
    'show tables',
    'describe table winner_detected',
  ])('takes %j', (sql) => expect(() => assertReads(sql)).not.toThrow());

  it.each([
    '',
    '-- nothing',
    'drop table t',
    'insert into t values (1)',
    'select 1; drop table t',
    'select $$ -- $$; drop table t',
    'select 1 -- ; drop table x',
    'alter table t delete where 1',
    'truncate table t',
    'system shutdown',
    'set readonly = 0',
  ])('refuses %j', (sql) => expect(() => assertReads(sql)).toThrow(/refused/));

  it('knows which of our own tables it names, in either spelling', () => {
    expect(mentioned('select * from flywheel.state s join FLYWHEEL.`cursors` c using (group)')).toEqual([
      'state',
      'cursors',
    ]);
    expect(mentioned('select * from winner_detected')).toEqual([]);
  });
});
