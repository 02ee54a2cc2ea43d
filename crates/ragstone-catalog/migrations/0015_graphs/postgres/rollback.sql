-- For a version that knows schema 14 or an earlier one only. Named graphs are lost: export them before.
DROP TABLE graph_parts;
DROP TABLE graphs;
DELETE FROM ragstone_schema WHERE version = 15;
