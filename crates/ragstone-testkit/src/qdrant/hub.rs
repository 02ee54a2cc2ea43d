//! Collections and aliases, in memory and on disk.
//!
//! `<folder>/<number>/` holds a collection: the request that made it, and a shard of the engine for each shard key.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::Duration;

use prost::Message as _;
use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::alias_operations::Action;
use qdrant_edge::{CreateIndex, EdgeShard, FieldIndexOperations, PayloadFieldSchema, UpdateOperation};
use tonic::Status;

use super::fault::{bad_input, internal, no_collection, of_engine, unsupported};
use super::form;
use super::manifest::Manifest;

/// Name of the file with the request that made a collection.
const REQUEST_FILE: &str = "create";
/// Name of the folder of the shard of a collection without shard keys.
const ONLY_SHARD: &str = "shard";
/// What the names of folders of shards with a key begin with.
const KEYED_PREFIX: &str = "key-";
/// Longest name.
const MAX_NAME_LEN: usize = 255;
/// Characters that a name cannot have.
const BAD_CHARACTERS: &[char] = &['<', '>', ':', '"', '/', '\\', '|', '?', '*', '\0', '\u{1F}', '\t', '\n'];

type Answer<T> = Result<T, Status>;
type Shards = BTreeMap<Option<String>, Arc<EdgeShard>>;

/// Removes a folder once nobody uses the shards in it, if it was asked to.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    is_removed: AtomicBool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_removed.load(Ordering::Acquire) {
            // What is left is removed at the next start.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// A collection.
#[derive(Debug)]
pub(super) struct Collection {
    /// The request that made it.
    pub(super) request: wire::CreateCollection,
    // Declared before the folder, so that shards are closed before it is removed.
    shards: RwLock<Shards>,
    folder: Folder,
}

impl Collection {
    fn create(path: PathBuf, request: wire::CreateCollection) -> Answer<Self> {
        let config = form::config(&request)?;
        fs::create_dir_all(&path).map_err(internal)?;
        fs::write(path.join(REQUEST_FILE), request.encode_to_vec()).map_err(internal)?;
        let mut shards = Shards::new();
        if !form::is_keyed(&request) {
            let folder = path.join(ONLY_SHARD);
            fs::create_dir_all(&folder).map_err(internal)?;
            let shard = EdgeShard::new(&folder, config).map_err(|error| of_engine(&error))?;
            shards.insert(None, Arc::new(shard));
        }
        Ok(Self::wrap(path, request, shards))
    }

    fn load(path: PathBuf) -> io::Result<Self> {
        let request = wire::CreateCollection::decode(&*fs::read(path.join(REQUEST_FILE))?)?;
        let mut shards = Shards::new();
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            let name = entry.file_name().into_string().unwrap_or_default();
            let key = match name.strip_prefix(KEYED_PREFIX) {
                Some(key) => Some(key.to_owned()),
                None if name == ONLY_SHARD => None,
                None => continue,
            };
            let shard = EdgeShard::load(&entry.path(), None).map_err(io::Error::other)?;
            shards.insert(key, Arc::new(shard));
        }
        Ok(Self::wrap(path, request, shards))
    }

    fn wrap(path: PathBuf, request: wire::CreateCollection, shards: Shards) -> Self {
        let folder = Folder { path, is_removed: AtomicBool::new(false) };
        Self { request, shards: RwLock::new(shards), folder }
    }

    fn shards(&self) -> RwLockReadGuard<'_, Shards> {
        self.shards.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every shard.
    pub(super) fn all(&self) -> Vec<Arc<EdgeShard>> {
        self.shards().values().cloned().collect()
    }

    /// The one shard that a request is for.
    pub(super) fn shard(&self, selector: Option<wire::ShardKeySelector>) -> Answer<Arc<EdgeShard>> {
        let shards = self.shards();
        let key = match selector {
            Some(selector) => Some(single_key(selector)?),
            None if form::is_keyed(&self.request) => {
                return Err(unsupported("requests without a shard key to collections that have them"));
            }
            None => None,
        };
        let missing = || Status::not_found(format!("Not found: Shard key {key:?} not found"));
        shards.get(&key).cloned().ok_or_else(missing)
    }

    /// Makes a shard with a key, with the indexes that the others have.
    pub(super) fn create_key(&self, key: &str) -> Answer<()> {
        if !form::is_keyed(&self.request) {
            return Err(bad_input("Shard Key can only be specified for collections with custom sharding"));
        }
        check_name(key)?;
        let mut shards = self.shards.write().unwrap_or_else(PoisonError::into_inner);
        if shards.contains_key(&Some(key.to_owned())) {
            return Err(bad_input(format!("Sharding key {key} already exists")));
        }
        let folder = self.folder.path.join(format!("{KEYED_PREFIX}{key}"));
        fs::create_dir_all(&folder).map_err(internal)?;
        let shard =
            EdgeShard::new(&folder, form::config(&self.request)?).map_err(|error| of_engine(&error))?;
        if let Some(first) = shards.values().next() {
            for (field_name, info) in first.info().payload_schema {
                let field_schema = match info.params {
                    Some(params) => PayloadFieldSchema::FieldParams(params),
                    None => PayloadFieldSchema::FieldType(info.data_type),
                };
                let create = CreateIndex { field_name, field_schema: Some(field_schema) };
                let create = UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(create));
                shard.update(create).map_err(|error| of_engine(&error))?;
            }
        }
        shards.insert(Some(key.to_owned()), Arc::new(shard));
        Ok(())
    }
}

fn single_key(selector: wire::ShardKeySelector) -> Answer<String> {
    let keys = <[wire::ShardKey; 1]>::try_from(selector.shard_keys);
    match (keys, selector.fallback) {
        (Ok([key]), None) => key_text(Some(key)),
        _ => Err(unsupported("several shard keys, or one to fall back to")),
    }
}

/// A shard key that is a text.
pub(super) fn key_text(key: Option<wire::ShardKey>) -> Answer<String> {
    match key.and_then(|key| key.key) {
        Some(wire::shard_key::Key::Keyword(key)) => Ok(key),
        Some(wire::shard_key::Key::Number(_)) => Err(unsupported("numbers as shard keys")),
        None => Err(bad_input("Shard key is empty")),
    }
}

fn check_name(name: &str) -> Answer<()> {
    if name.is_empty() || name.len() > MAX_NAME_LEN || name.contains(BAD_CHARACTERS) {
        return Err(bad_input("a name must have 1 to 255 characters, and none that paths cannot have"));
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Books {
    collections: BTreeMap<String, Arc<Collection>>,
    manifest: Manifest,
}

/// Everything that a server holds.
#[derive(Debug)]
pub(super) struct Hub {
    root: PathBuf,
    books: RwLock<Books>,
    next_folder: AtomicU64,
}

impl Hub {
    /// Opens a folder, and removes what no collection owns.
    pub(super) fn open(root: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&root)?;
        let manifest = Manifest::read(&root)?;
        let mut collections = BTreeMap::new();
        for (name, folder) in &manifest.folders {
            let collection = Collection::load(root.join(folder.to_string()))?;
            collections.insert(name.clone(), Arc::new(collection));
        }
        remove_orphans(&root, &manifest)?;
        let next = manifest.folders.values().max().map_or(1, |last| last + 1);
        let books = RwLock::new(Books { collections, manifest });
        Ok(Self { root, books, next_folder: AtomicU64::new(next) })
    }

    fn read(&self) -> RwLockReadGuard<'_, Books> {
        self.books.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Books> {
        self.books.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The collection of this name or alias.
    pub(super) fn collection(&self, name: &str) -> Answer<Arc<Collection>> {
        let books = self.read();
        let real = books.manifest.aliases.get(name).map_or(name, String::as_str);
        books.collections.get(real).cloned().ok_or_else(|| no_collection(name))
    }

    /// Names of all collections.
    pub(super) fn names(&self) -> Vec<String> {
        self.read().collections.keys().cloned().collect()
    }

    /// Aliases with the collections that they stand for.
    pub(super) fn aliases(&self) -> Vec<wire::AliasDescription> {
        let describe = |(alias, collection): (&String, &String)| wire::AliasDescription {
            alias_name: alias.clone(),
            collection_name: collection.clone(),
        };
        self.read().manifest.aliases.iter().map(describe).collect()
    }

    /// Makes a collection.
    pub(super) fn create(&self, request: wire::CreateCollection) -> Answer<()> {
        let name = request.collection_name.clone();
        check_name(&name)?;
        let mut books = self.write();
        if books.collections.contains_key(&name) || books.manifest.aliases.contains_key(&name) {
            return Err(Status::already_exists(format!("Wrong input: Collection `{name}` already exists!")));
        }
        let folder = self.next_folder.fetch_add(1, Ordering::Relaxed);
        let collection = Collection::create(self.root.join(folder.to_string()), request)?;
        books.collections.insert(name.clone(), Arc::new(collection));
        books.manifest.folders.insert(name, folder);
        books.manifest.write(&self.root).map_err(internal)
    }

    /// Removes a collection with its aliases; answers whether it was there.
    pub(super) fn delete(&self, name: &str) -> Answer<bool> {
        let mut books = self.write();
        let Some(collection) = books.collections.remove(name) else {
            return Ok(false);
        };
        books.manifest.folders.remove(name);
        books.manifest.aliases.retain(|_, target| target != name);
        books.manifest.write(&self.root).map_err(internal)?;
        drop(books);
        collection.folder.is_removed.store(true, Ordering::Release);
        Ok(true)
    }

    /// Changes aliases, all or none.
    pub(super) fn change_aliases(&self, actions: Vec<wire::AliasOperations>) -> Answer<()> {
        let mut books = self.write();
        let mut manifest = books.manifest.clone();
        for action in actions {
            match action.action {
                Some(Action::CreateAlias(create)) => {
                    check_name(&create.alias_name)?;
                    if !books.collections.contains_key(&create.collection_name) {
                        return Err(no_collection(&create.collection_name));
                    }
                    if books.collections.contains_key(&create.alias_name) {
                        let text = format!("Wrong input: Collection `{}` already exists!", create.alias_name);
                        return Err(Status::already_exists(text));
                    }
                    manifest.aliases.insert(create.alias_name, create.collection_name);
                }
                Some(Action::DeleteAlias(delete)) => {
                    manifest.aliases.remove(&delete.alias_name);
                }
                Some(Action::RenameAlias(rename)) => {
                    let collection = manifest.aliases.remove(&rename.old_alias_name);
                    let collection = collection.ok_or_else(|| {
                        Status::not_found(format!(
                            "Not found: Alias {} does not exists!",
                            rename.old_alias_name
                        ))
                    })?;
                    manifest.aliases.insert(rename.new_alias_name, collection);
                }
                None => return Err(bad_input("Malformed AliasOperation type")),
            }
        }
        manifest.write(&self.root).map_err(internal)?;
        books.manifest = manifest;
        Ok(())
    }

    /// Makes every collection compact.
    pub(super) fn optimize(&self) -> io::Result<()> {
        let collections: Vec<Arc<Collection>> = self.read().collections.values().cloned().collect();
        for shard in collections.iter().flat_map(|collection| collection.all()) {
            shard.optimize().map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Takes all collections away; the engine flushes each when its last user drops it.
    pub(super) fn take_collections(&self) -> BTreeMap<String, Arc<Collection>> {
        std::mem::take(&mut self.write().collections)
    }

    /// Waits until running calls end, and flushes everything.
    pub(super) fn close(&self) -> io::Result<()> {
        const PATIENCE: u32 = 1000;
        let collections = self.take_collections();
        for _ in 0..PATIENCE {
            if collections.values().all(|collection| Arc::strong_count(collection) == 1) {
                // The engine flushes a shard when it is dropped.
                drop(collections);
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "a call of the stand-in does not end"))
    }
}

fn remove_orphans(root: &Path, manifest: &Manifest) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name().into_string().unwrap_or_default();
        let number: Option<u64> = name.parse().ok();
        if number.is_some_and(|number| !manifest.folders.values().any(|owned| *owned == number)) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
