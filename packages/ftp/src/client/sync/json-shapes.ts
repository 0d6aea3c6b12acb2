import type { SyncAction, SyncPlan, SyncPlanError, SyncRoot, SyncSeen, SyncSkip, SyncTime } from './contract.js';
import type { SyncedFile } from './compare.js';

/** Whether values read from JSON are what they should be. */
type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSeen(value: unknown): value is SyncSeen {
  return (
    isRecord(value) &&
    isOneOf(value['type'], ['file', 'directory', 'link', 'other']) &&
    isOptional(value['size'], isCount) &&
    isOptional(value['modified'], isSyncTime) &&
    isOptional(value['unique'], isText) &&
    isOptional(value['target'], isText)
  );
}

export function isSyncedFile(value: unknown): value is SyncedFile {
  return isRecord(value) && isSeen(value['source']) && isSeen(value['target']);
}

export function isRoot(value: unknown): value is SyncRoot {
  if (!isRecord(value) || !isText(value['path'])) return false;
  return value['kind'] === 'local' || (value['kind'] === 'remote' && isText(value['host']) && isCount(value['port']));
}

/** The parts that are acted on; totals and options are for people. */
export function isPlan(value: unknown): value is SyncPlan {
  return (
    isRecord(value) &&
    value['version'] === 1 &&
    isText(value['made']) &&
    isRoot(value['from']) &&
    isRoot(value['to']) &&
    isRecord(value['options']) &&
    isPlanOptions(value['options']) &&
    isRecord(value['totals']) &&
    Object.values(value['totals']).every(isCount) &&
    isListOf(value['actions'], isAction) &&
    isListOf(value['skipped'], isSkip) &&
    isListOf(value['errors'], isPlanError)
  );
}

function isPlanOptions(value: Json): boolean {
  return isOneOf(value['links'], ['skip', 'follow', 'copy']) && typeof value['preserveTime'] === 'boolean';
}

function isAction(value: unknown): value is SyncAction {
  if (!isRecord(value) || !isRelative(value['path'])) return false;
  switch (value['do']) {
    case 'make-directory':
      return true;
    case 'transfer':
      return isNotRoot(value) && isSeen(value['source']) && isOptional(value['replaces'], isSeen);
    case 'link':
      return isNotRoot(value) && isText(value['target']) && isOptional(value['replaces'], isSeen);
    case 'set-time':
      return isSeen(value['seen']) && isMoment(value['modified']);
    case 'delete-file':
      return isNotRoot(value) && isSeen(value['seen']);
    case 'delete-directory':
      return isNotRoot(value);
    default:
      return false;
  }
}

function isSkip(value: unknown): value is SyncSkip {
  return isRecord(value) && isText(value['path']) && isText(value['reason']) && isText(value['detail']);
}

function isPlanError(value: unknown): value is SyncPlanError {
  return isRecord(value) && isText(value['path']) && isText(value['code']) && isText(value['message']);
}

function isSyncTime(value: unknown): value is SyncTime {
  return (
    isRecord(value) &&
    isMoment(value['at']) &&
    isOneOf(value['precision'], ['millisecond', 'second', 'minute', 'day']) &&
    isOneOf(value['zone'], ['utc', 'server'])
  );
}

/** A path that stays below the root, whatever wrote it. */
function isRelative(value: unknown): value is string {
  if (value === '') return true;
  return isText(value) && !value.includes('\0') && value.split('/').every((name) => !['', '.', '..'].includes(name));
}

function isNotRoot(value: Json): boolean {
  return value['path'] !== '';
}

function isMoment(value: unknown): value is string {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isOneOf(value: unknown, values: readonly string[]): boolean {
  return isText(value) && values.includes(value);
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isListOf(value: unknown, is: (value: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((each) => is(each));
}
