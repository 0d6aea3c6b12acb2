import { tryClientWith } from './kit/client-peers/suite.js';

tryClientWith('twinport');
