// A host that adds the source folder and builds Vouch as shared libraries.
#include <cstdio>

#include "vouch/vouch.h"

int main() {
  const auto engine = vouch::Engine::InMemory();
  const vouch::Event clock{
      "shop", "e-1", vouch::Instant{}, {vouch::event::Clock{}}};
  std::vector<vouch::Outcome> outcomes;
  if (!engine->Apply({clock}, &outcomes).ok()) return 1;
  // Nobody has set the program: the event is refused, and says why.
  if (outcomes[0].kind != vouch::OutcomeKind::kRefused) return 1;
  std::puts(std::string(outcomes[0].status.message()).c_str());
  return 0;
}
