import { sqlitePlace } from "../support/sqlite-place.ts";
import { storeContract } from "../support/store-contract.ts";

storeContract("SQLite", sqlitePlace);
