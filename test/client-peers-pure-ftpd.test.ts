import { tryClientWith } from './kit/client-peers/suite.js';

tryClientWith('pure-ftpd');
