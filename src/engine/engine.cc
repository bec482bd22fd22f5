// Opening, closing and care.
#include "vouch/engine/engine.h"

#include <exception>
#include <utility>
#include <vector>

#include "engine_impl.h"
#include "memory_store.h"
#include "state_stream.h"
#include "verify_state.h"
#include "vouch/base/status.h"

VOUCH_NAMESPACE_BEGIN

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

// Tables of Abseil that memory ran out on while they grew must not be walked
// through again, not even to free them: they are left, and the store is closed.
Engine::~Engine() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (!impl_->torn_) return;
  impl_->store_.reset();
  (void)impl_.release();
}

absl::StatusOr<std::unique_ptr<Engine>> Engine::OnStore(
    std::unique_ptr<Store> store, const EngineOptions& options) {
  try {
    std::unique_ptr<Engine> engine(
        new Engine(std::make_unique<Impl>(std::move(store), options)));
    VOUCH_RETURN_IF_ERROR(engine->impl_->Restore());
    return engine;
  } catch (const std::exception&) {  // bad_alloc, length_error
    return absl::ResourceExhaustedError("engine: memory ran out on opening");
  }
}

std::unique_ptr<Engine> Engine::InMemory() {
  // Nothing is there to be restored.
  return std::unique_ptr<Engine>(new Engine(std::make_unique<Impl>(
      std::make_unique<MemoryStore>(), EngineOptions())));
}

absl::Status Engine::Erase(std::string_view program_id,
                           std::string_view customer_id) {
  Impl::Lock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->CheckWritable());
  ProgramSlot* slot = impl_->state_.Find(program_id);
  if (slot == nullptr) return NotFoundField("program_id", "no such program");
  const CustomerNumber customer = slot->customers.Find(customer_id);
  if (!customer.has_value()) {
    // The id may be gone and its old pages not, see the header.
    VOUCH_RETURN_IF_ERROR(impl_->store_->Erase(slot->program, {}, {}));
    return NotFoundField("customer_id", "no such customer");
  }
  // Of merged customers every name.
  const std::vector<CustomerNumber> names = slot->state.NamesOf(customer);
  const std::vector<VisitorNumber> visitors = slot->state.VisitorsOf(customer);
  absl::Status status = impl_->store_->Erase(slot->program, names, visitors);
  if (!status.ok() && !absl::IsUnavailable(status)) return status;
  for (const CustomerNumber name : names) slot->customers.Erase(name);
  for (const VisitorNumber visitor : visitors) slot->visitors.Erase(visitor);
  return status;
}

absl::StatusOr<VerifyReport> Engine::Verify() const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->broken_);
  return VerifyWith(impl_->store_.get(), &impl_->state_);
}

absl::StatusOr<std::string> Engine::StateBytes() const {
  Impl::ReadLock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->broken_);
  std::string bytes;
  VOUCH_RETURN_IF_ERROR(
      WriteState(impl_->state_, [&bytes](std::string_view part) {
        bytes.append(part.data(), part.size());
        return absl::OkStatus();
      }));
  return bytes;
}

absl::Status Engine::WriteSnapshot() {
  Impl::Lock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->CheckWritable());
  try {
    return impl_->WriteSnapshot();
  } catch (const std::exception&) {
    return absl::ResourceExhaustedError("engine: memory ran out");
  }
}

absl::Status Engine::Backup(const std::string& path) const {
  Store* store = nullptr;
  {
    Impl::ReadLock lock(&impl_->mutex_);
    VOUCH_RETURN_IF_ERROR(impl_->broken_);
    store = impl_->store_.get();
  }
  // Copying takes long, and Apply goes on meanwhile.
  return store->Backup(path);
}

absl::Status Engine::Compact() {
  Impl::Lock lock(&impl_->mutex_);
  VOUCH_RETURN_IF_ERROR(impl_->CheckWritable());
  return impl_->store_->Compact();
}

VOUCH_NAMESPACE_END
