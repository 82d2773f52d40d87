import { testGateway } from './lib/gateway-tests.mjs';

testGateway('1.106.2');
