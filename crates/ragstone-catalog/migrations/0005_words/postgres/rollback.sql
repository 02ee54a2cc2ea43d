-- For a version that knows schema 4 only. Words are lost, and gathered again when this schema comes back.
DELETE FROM projection_marks WHERE projection = 'words';
DROP TABLE words;
DELETE FROM ragstone_schema WHERE version = 5;
