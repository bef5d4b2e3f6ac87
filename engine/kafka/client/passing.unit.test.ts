import {
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
} from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../errors.ts';
import { isPassing } from './passing.ts';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
const closed = new KafkaJSConnectionError('Closed connection');
const givenUp = new KafkaJSNumberOfRetriesExceeded(closed, { retryCount: 5, retryTime: 1 });

describe('an error', () => {
  it.each<readonly [string, unknown]>([
    ['a closed connection to a broker', closed],
    ['tries that the client gave up', Object.assign(givenUp, { cause: closed })],
    [
      'a wrapped closed connection that calls itself final',
      Object.assign(new KafkaJSNonRetriableError('Closed connection'), { cause: closed }),
    ],
    ['a closed connection to Redis', new Error('Connection is closed.')],
    ['a command that was under way when the connection ended', new Error('Reached the max retries per request limit')],
    ['a command without an answer', new Error('Command timed out')],
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['a Redis that loads', reply('LOADING Redis is loading the dataset in memory')],
    ['a Redis without room', reply("OOM command not allowed when used memory > 'maxmemory'.")],
    ['a partition that another has', new EngineError('group.stopped', 'lost', 'leave it')],
  ])('passes: %s', (_name, error) => {
    expect(isPassing(error)).toBe(true);
  });

  it.each<readonly [string, unknown]>([
    ['a log that was cut', new EngineError('log.out_of_range', 'cut', 'reset')],
    ['a bug', new TypeError('x is not a function')],
    ['a key of another kind', reply('WRONGKEY head is a string')],
    ['a record too large', new KafkaJSProtocolError({ message: 'too large', retriable: false } as unknown as Error)],
    ['one of nobody we know', new Error('something else')],
  ])('does not pass: %s', (_name, error) => {
    expect(isPassing(error)).toBe(false);
  });
});
